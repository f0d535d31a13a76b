"""Pick up new articles, translate them on this machine, publish one edition per language.

The flow, and where each step lives::

    read(source)            sources/  fetch, parse          a Source -> Items          (untrusted)
                            articles/ extract, clean,
                                      detect, identify      an Item -> an Article      (trusted from here on)
                            store/    keep                  one transaction; the source's own state last
    translate(article, to)  translation/ segment, recall,
                                      translate, check      an Article -> a Translation
                            store/    keep                  one transaction
    publish(edition)        publishing/ select, render,
                                      write                 Entries -> files, replaced whole, only if bytes differ

`pipeline` holds these three straight lines, `daemon` runs them on a schedule, `cli` by hand, `wiring` puts the parts
together. `policy` decides, `ports` say what can be swapped, `model` holds the values, `errors` what can go wrong.
Imports go down only: cli > daemon > wiring > pipeline > the five packages above > policy > ports > config > model >
errors, log.
"""

__version__ = "0.1.0"
