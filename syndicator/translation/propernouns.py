"""What a heading in capitals doesn't show, as data: English words with a capital, and abbreviations.

Names of persons stand in `names/names.csv`, bodies in `terms/starter.csv`. Left out is what is a common word, too (may,
march, turkey in the kitchen is rarer than the country).
"""

PROPER = frozenset(
    """
    afghanistan albania algeria america american americans andorra angola argentina armenia armenian australia
    australian austria austrian azerbaijan azerbaijani bahrain bangladesh belarus belarusian belgian belgium bolivia
    bosnia brazil brazilian britain british bulgaria bulgarian cambodia cameroon canada canadian chad chile chinese
    china colombia congo croatia cuba cuban cyprus czech denmark danish dutch ecuador egypt egyptian england english
    eritrea estonia estonian ethiopia europe european europeans finland finnish france french gabon gambia georgia
    georgian german germany ghana greece greek guatemala guinea haiti hungarian hungary iceland india indian indians
    indonesia iran iranian iraq iraqi ireland irish israel israeli israelis italian italy jamaica japan japanese jordan
    kazakh kazakhstan kenya korea korean kosovo kuwait kyrgyz kyrgyzstan laos latvia latvian lebanese lebanon libya
    libyan lithuania lithuanian luxembourg madagascar malaysia mali malta mexican mexico moldova moldovan mongolia
    mongolian montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua nigeria nigerian norway
    norwegian oman pakistan pakistani palestine palestinian palestinians panama paraguay peru philippines poland polish
    portugal portuguese qatar romania romanian russia russian russians rwanda saudi scotland scottish senegal serbia
    serbian singapore slovak slovakia slovenia somalia spain spanish sudan sweden swedish swiss switzerland syria syrian
    syrians taiwan tajik tajikistan tanzania thai thailand tunisia turkey turkish turkmen turkmenistan uganda ukraine
    ukrainian ukrainians uruguay uzbek uzbekistan venezuela vietnam vietnamese wales welsh yemen yugoslavia zambia
    zimbabwe africa african arab arabs arabia asia asian balkans baltic caucasus crimea donbas eurasia eurasian siberia
    antarctica arctic atlantic pacific caspian mediterranean ankara astana athens baghdad baku beijing beirut belgrade
    berlin bern bishkek brussels bucharest budapest cairo chicago copenhagen damascus delhi dubai dublin dushanbe geneva
    hague havana helsinki istanbul jakarta jerusalem johannesburg kabul karachi kharkiv kiev kyiv lisbon london lviv
    madrid minsk moscow mumbai munich odesa odessa oslo ottawa paris petersburg prague pyongyang riga rome samara
    samarkand seoul shanghai sofia stockholm strasbourg sydney tallinn tashkent tbilisi tehran tokyo toronto vienna
    vilnius vladivostok warsaw washington yekaterinburg yerevan york zurich kremlin kazan sochi bashkir tatarstan
    chechnya dagestan gaza monday tuesday wednesday thursday friday saturday sunday january february april june july
    august september october november december christmas easter christian christians islam islamic jewish muslim muslims
    orthodox catholic google microsoft facebook twitter telegram youtube gazprom rosneft lukoil boeing airbus tesla
    """.split()  # noqa: SIM905 - two hundred quoted words are no easier to read
)
ACRONYMS = frozenset(
    """
    us usa uk eu un nato ussr uae cis cia fbi nsa nasa esa g7 g20 gdp vat ceo cfo opec imf wto iaea ilo unesco unicef
    brics sco csto eaeu osce asean apec oecd nafta aukus afp ap bbc cnn tass rt ria ifx tv pc ai usd eur ngo ngos mp mps
    pm dc nba nfl nhl fifa uefa ioc covid hiv aids dna gps ukip afd idf dprk prc roc
    тасс рбк вциом мок фифа уефа нба кндр кнр оаэ гибдд
    """.split()  # noqa: SIM905 - as above
)
PHRASES = frozenset(
    {"New York", "New Delhi", "New Zealand", "Hong Kong", "Sri Lanka", "Los Angeles", "San Francisco", "Tel Aviv"}
    | {"South Korea", "North Korea", "South Africa", "Saudi Arabia", "El Salvador", "Costa Rica", "Puerto Rico"}
    | {"United States", "United Kingdom", "United Nations", "European Union", "Soviet Union", "European Commission"}
    | {"Security Council", "General Assembly", "White House", "State Duma", "Supreme Court", "Middle East", "Black Sea"}
    | {"Foreign Ministry", "Wall Street", "World Cup", "Olympic Games", "New Year", "World War"}
)
