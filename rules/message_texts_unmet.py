"""The texts that are ready for an orderer whose wish is met later, elsewhere or not at all, by language.

Nobody is named and no reason is told: whatever made somebody leave, the words are the same.
"""

from rules.choices import Language, MessageKind

FI, SV, EN = Language.FI, Language.SV, Language.EN

UNMET: dict[tuple[MessageKind, Language], tuple[str, str]] = {
    (MessageKind.LOOKING_AGAIN, FI): ("Etsimme teille uutta tulijaa", """Hei!

Etsimme tilaisuuteenne uutta tulijaa. Aika: {when}
Kerromme heti, kun uusi tulija on varmistunut. Teidän ei tarvitse tehdä mitään.

Jos haluatte jutella tai aikaa voi vaihtaa, vastatkaa tähän viestiin tai soittakaa.

Terveisin
{coordinator}
"""),
    (MessageKind.LOOKING_AGAIN, SV): ("Vi söker en ny person åt er", """Hej!

Vi söker en ny person till er tillställning. Tid: {when}
Vi meddelar så snart det är klart vem som kommer. Ni behöver inte göra något.

Om ni vill prata om saken eller kan byta tid, svara på det här meddelandet eller ring.

Hälsningar
{coordinator}
"""),
    (MessageKind.LOOKING_AGAIN, EN): ("We are looking for somebody else for you", """Hello!

We are looking for somebody else to come to your event. Time: {when}
We will tell you as soon as it is settled who comes. You need not do anything.

If you would like to talk about it, or the time could be another, please answer or call.

Best wishes
{coordinator}
"""),
    (MessageKind.UNMET, FI): ("Emme löytäneet tulijaa tilaisuuteenne", """Hei!

Emme valitettavasti löytäneet tulijaa tilaisuuteenne. Aika: {when}
Jos aikaa tai toteutustapaa voi muuttaa, vastatkaa tähän viestiin tai soittakaa, niin etsimme uudelleen.

Terveisin
{coordinator}
"""),
    (MessageKind.UNMET, SV): ("Vi hittade ingen till er tillställning", """Hej!

Tyvärr hittade vi ingen som kan komma till er tillställning. Tid: {when}
Om tiden eller upplägget kan ändras, svara på det här meddelandet eller ring, så söker vi på nytt.

Hälsningar
{coordinator}
"""),
    (MessageKind.UNMET, EN): ("We found nobody for your event", """Hello!

We are sorry: we found nobody who could come to your event. Time: {when}
If the time or the way of doing it could be another, please answer or call, and we will look again.

Best wishes
{coordinator}
"""),
    (MessageKind.REFERRED, FI): ("Tilauksenne hoidetaan muualla", """Hei!

Tähän on jo olemassa oma toimintansa, ja tilauksenne kuuluu sinne. Aika, jota toivoitte: {when}

Siitä vastaa: {owner}
Yhteys: {reach}

Teidän pitää ottaa yhteyttä itse. Jos jokin jäi epäselväksi, vastatkaa tähän viestiin tai soittakaa.

Terveisin
{coordinator}
"""),
    (MessageKind.REFERRED, SV): ("Er beställning sköts på annat håll", """Hej!

För detta finns redan en egen verksamhet, och er beställning hör hemma där. Tiden ni önskade: {when}

Ansvarig: {owner}
Kontakt: {reach}

Ni behöver själva ta kontakt. Om något är oklart, svara på det här meddelandet eller ring.

Hälsningar
{coordinator}
"""),
    (MessageKind.REFERRED, EN): ("Your order is looked after elsewhere", """Hello!

Somebody does this already, and your order belongs there. The time you wished for: {when}

In charge: {owner}
How to reach them: {reach}

Please contact them yourselves. If anything is unclear, please answer or call.

Best wishes
{coordinator}
"""),
    (MessageKind.REQUEST_REFUSED, FI): ("Emme voi ottaa tilaustanne", """Hei!

Kiitos yhteydenotosta. Emme valitettavasti voi ottaa tilaustanne tällä kertaa.
Jos haluatte kuulla lisää tai miettiä kanssani muuta tapaa, vastatkaa tähän viestiin tai soittakaa.

Terveisin
{coordinator}
"""),
    (MessageKind.REQUEST_REFUSED, SV): ("Vi kan inte ta emot er beställning", """Hej!

Tack för att ni hörde av er. Tyvärr kan vi inte ta emot er beställning den här gången.
Om ni vill veta mer eller fundera på ett annat sätt tillsammans med mig, svara på det här meddelandet eller ring.

Hälsningar
{coordinator}
"""),
    (MessageKind.REQUEST_REFUSED, EN): ("We cannot take your order", """Hello!

Thank you for writing to us. We are sorry that we cannot take your order this time.
If you would like to hear more or think of another way together, please answer or call.

Best wishes
{coordinator}
"""),
}
"""(subject, text) of each occasion in each language."""

OPEN_REACH = {FI: "kysykää minulta, autan mielelläni", SV: "fråga mig, jag hjälper gärna till",
              EN: "ask me, I am glad to help"}
"""What stands in the place of ``{reach}`` when the directory has neither a contact nor an address."""
