"""Web addresses in the form that we compare and publish. Pure text; nothing is looked up."""

import re
from urllib.parse import SplitResult, urljoin, urlsplit

TRACKING = re.compile(
    r"(?:utm_\w+|hsa_\w+|(?:pk|mtm|matomo|piwik)_(?:campaign|kwd|keyword|source|medium|content|cid|group|placement)"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|li_fat_id|igshid|igsh|yclid|ysclid|ymclid"
    r"|_openstat|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|vero_conv|oly_anon_id|oly_enc_id|rb_clickid|wickedid"
    r"|ns_mchannel|ns_source|ns_campaign|at_medium|at_campaign|_branch_match_id|_ga|_gl)",
    re.IGNORECASE,
)
"""Names of query parameters that tell who sent a reader, never what is shown."""
DEFAULT_PORTS = {"http": 80, "https": 443}


def without_tracking(url: str) -> str:
    """Return a URL without the parameters that only track readers; every other character stays as it is."""
    head, question, rest = url.partition("?")
    if not question or "#" in head:
        return url
    query, hash_sign, fragment = rest.partition("#")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not TRACKING.fullmatch(pair.partition("=")[0])]
    if len(kept) == len(pairs):
        return url
    return head + ("?" + "&".join(kept) if kept else "") + hash_sign + fragment


def canonical_url(url: str) -> str:
    """Return the form of a URL that is equal for equal pages (RFC 3986 6.2.2.1, 6.2.3).

    Scheme and host in lower case, no default port, no fragment, no tracking parameters, `/` for an empty path; path
    and query otherwise byte for byte, since servers tell them apart. What is no URL comes back stripped of space.
    Idempotent.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if not parts.hostname:
        return url
    user, at, _ = parts.netloc.rpartition("@")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    suffix = "" if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{port}"
    whole = SplitResult(parts.scheme, user + at + host + suffix, parts.path or "/", parts.query, "")
    return without_tracking(whole.geturl())


def joined(base: str, href: str) -> str:
    """Return an address resolved against `base`; an empty one where it can't be."""
    try:
        return urljoin(base, href.strip())
    except ValueError:  # such as a bracket that opens no IPv6 address
        return ""


def page_base(url: str, href: str) -> str:
    """Return what the links of a page are relative to, given the `href` of its base element (HTML 4.2.3).

    That is the page's own `url` where there is no such element, or it leads to where no page can be (`javascript:`).
    """
    base = joined(url, href)
    return base if base.startswith(("http://", "https://")) else url


def is_same_site(url: str, other: str) -> bool:
    """Return whether both URLs are on one host, or one's host lies below the other's; `www.` does not count."""
    try:
        first, second = (_host(one) for one in (url, other))
    except ValueError:
        return False
    return bool(first and second) and (first == second or first.endswith("." + second) or second.endswith("." + first))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
