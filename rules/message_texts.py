"""The texts that are ready for each occasion, by language; a coordinator may write others in their place.

Data, like the names of themes, and so not in the catalogues: a Finnish office reads and mends the Swedish text, too.
Places in braces are filled when the draft is made, ``{link}`` when it is sent. No text says what the activity is about.
"""

from rules.choices import Language, MessageKind
from rules.message_texts_after import AFTER
from rules.message_texts_around import AROUND
from rules.message_texts_unmet import UNMET

FI, SV, EN = Language.FI, Language.SV, Language.EN
LINK = "{link}"

PLACES: dict[MessageKind, frozenset[str]] = {
    MessageKind.OFFER: frozenset({"link", "when", "until", "coordinator"}),
    MessageKind.REMINDER: frozenset({"link", "when", "until", "coordinator"}),
    MessageKind.SUPPORT: frozenset({"link", "when", "until", "coordinator"}),
    MessageKind.STOOD_DOWN: frozenset({"when", "coordinator"}),
    MessageKind.CONFIRM_REQUEST: frozenset({"link", "until"}),
    MessageKind.FEEDBACK_EXPERT: frozenset({"link", "when", "until", "coordinator"}),
    MessageKind.FEEDBACK_ORDERER: frozenset({"link", "when", "until", "coordinator"}),
    MessageKind.CONFIRMED_EXPERT: frozenset({"link", "when", "coordinator"}),
    MessageKind.CONFIRMED_ORDERER: frozenset({"link", "when", "coordinator"}),
    MessageKind.CHANGED_EXPERT: frozenset({"link", "when", "coordinator"}),
    MessageKind.CHANGED_ORDERER: frozenset({"link", "when", "coordinator"}),
    MessageKind.CANCELLED_EXPERT: frozenset({"when", "coordinator"}),
    MessageKind.CANCELLED_ORDERER: frozenset({"when", "coordinator"}),
    MessageKind.LOOKING_AGAIN: frozenset({"when", "coordinator"}),
    MessageKind.UNMET: frozenset({"when", "coordinator"}),
    MessageKind.REFERRED: frozenset({"when", "owner", "reach", "coordinator"}),
    MessageKind.REQUEST_REFUSED: frozenset({"coordinator"}),
    MessageKind.IMPACT: frozenset({"when", "changed", "coordinator"}),
    MessageKind.OTHER: frozenset({"coordinator"}),
}
"""What may stand in braces in the texts of an occasion."""

ALWAYS_AT_ONCE = frozenset({MessageKind.CONFIRM_REQUEST})
"""Somebody waits for these before their screen, and nobody has anything to add."""

TEXTS: dict[tuple[MessageKind, Language], tuple[str, str]] = {
    (MessageKind.OFFER, FI): ("Sinulle on kysymys", """Hei!

Kysyisimme sinua mukaan. Aika: {when}

Tästä näet, mistä on kyse, ja voit vastata:
{link}

Kaikki vastaukset ovat yhtä hyviä. Jos nyt ei sovi, syytä ei tarvitse kertoa, eikä siitä seuraa mitään.
Voit vaihtaa vastauksesi samasta linkistä {until} asti. Linkki on vain sinulle, älä lähetä sitä eteenpäin.

Terveisin
{coordinator}
"""),
    (MessageKind.OFFER, SV): ("Vi har en fråga till dig", """Hej!

Vi vill fråga om du kan vara med. Tid: {when}

Här ser du vad det gäller och kan svara:
{link}

Alla svar är lika bra. Om det inte passar nu behöver du inte säga varför, och det får inga följder.
Du kan ändra dig via samma länk till och med {until}. Länken är bara för dig, skicka den inte vidare.

Hälsningar
{coordinator}
"""),
    (MessageKind.OFFER, EN): ("We have a question for you", """Hello!

We would like to ask you to join us. Time: {when}

Here you see what it is about and can answer:
{link}

Every answer is as good as another. If it does not suit you now, you need not say why, and nothing follows from it.
You can change your mind by the same link until {until}. The link is for you alone, please do not pass it on.

Best wishes
{coordinator}
"""),
    (MessageKind.REMINDER, FI): ("Kysymys odottaa vielä vastausta", """Hei!

Kysyimme sinua mukaan. Aika: {when}
Voit vielä vastata tästä:
{link}

Mikä tahansa vastaus on hyvä, myös ”nyt ei”. Muita muistutuksia emme lähetä.

Terveisin
{coordinator}
"""),
    (MessageKind.REMINDER, SV): ("Frågan väntar ännu på svar", """Hej!

Vi frågade om du kan vara med. Tid: {when}
Du kan ännu svara här:
{link}

Vilket svar som helst är bra, också ”inte nu”. Vi skickar inga fler påminnelser.

Hälsningar
{coordinator}
"""),
    (MessageKind.REMINDER, EN): ("A question still waits for your answer", """Hello!

We asked you to join us. Time: {when}
You can still answer here:
{link}

Any answer is good, also “not now”. We will not remind you again.

Best wishes
{coordinator}
"""),
    (MessageKind.SUPPORT, FI): ("Linkki tukihenkilölle", """Hei!

Henkilöä, jonka tukena olet, on kysytty mukaan. Aika: {when}
Jos hän ei jaksa tai pääse, voit kertoa sen hänen puolestaan, vielä samana aamunakin:
{link}

Muuta linkillä ei voi tehdä. Syytä ei kysytä. Linkki toimii {until} asti.

Terveisin
{coordinator}
"""),
    (MessageKind.SUPPORT, SV): ("En länk för den du stöder", """Hej!

Personen som du stöder har tillfrågats. Tid: {when}
Om hen inte orkar eller kan komma kan du meddela det i hens ställe, också samma morgon:
{link}

Inget annat kan göras via länken. Vi frågar inte varför. Länken fungerar till och med {until}.

Hälsningar
{coordinator}
"""),
    (MessageKind.SUPPORT, EN): ("A link for the person you support", """Hello!

The person you support has been asked to join us. Time: {when}
If they cannot come or do not feel up to it, you can tell us for them, even on the same morning:
{link}

The link does nothing else. No reason is asked. It works until {until}.

Best wishes
{coordinator}
"""),
    (MessageKind.STOOD_DOWN, FI): ("Kiitos, tällä kertaa paikka täyttyi", """Hei!

Kiitos, että lupasit tulla. Aika: {when}
Paikka on nyt täynnä, joten tällä kertaa sinun ei tarvitse tulla. Kysymme sinua mielellämme toistekin.

Terveisin
{coordinator}
"""),
    (MessageKind.STOOD_DOWN, SV): ("Tack, den här gången är platsen fylld", """Hej!

Tack för att du lovade komma. Tid: {when}
Platsen är nu fylld, så den här gången behöver du inte komma. Vi frågar dig gärna en annan gång.

Hälsningar
{coordinator}
"""),
    (MessageKind.STOOD_DOWN, EN): ("Thank you, the place has been filled", """Hello!

Thank you for promising to come. Time: {when}
The place has been filled this time, so you need not come. We will gladly ask you again.

Best wishes
{coordinator}
"""),
    (MessageKind.CONFIRM_REQUEST, FI): ("Vahvista tilauksesi", """Hei!

Joku, luultavasti sinä, on täyttänyt tilauslomakkeen tällä sähköpostiosoitteella.
Tilaus tulee käsittelyyn, kun vahvistat sen tästä viimeistään {until}:
{link}

Jos et ole tilannut mitään, sinun ei tarvitse tehdä mitään.
"""),
    (MessageKind.CONFIRM_REQUEST, SV): ("Bekräfta din beställning", """Hej!

Någon, sannolikt du, har fyllt i en beställning med den här e-postadressen.
Vi behandlar beställningen när du har bekräftat den här, senast {until}:
{link}

Om du inte har beställt något behöver du inte göra något.
"""),
    (MessageKind.CONFIRM_REQUEST, EN): ("Confirm your order", """Hello!

Somebody, probably you, has filled in an order form with this e-mail address.
We take up the order once you have confirmed it here, by {until}:
{link}

If you have ordered nothing, you need not do anything.
"""),
    (MessageKind.OTHER, FI): ("Käytännön asia", "Hei!\n\n\n\nTerveisin\n{coordinator}\n"),
    (MessageKind.OTHER, SV): ("En praktisk sak", "Hej!\n\n\n\nHälsningar\n{coordinator}\n"),
    (MessageKind.OTHER, EN): ("A practical matter", "Hello!\n\n\n\nBest wishes\n{coordinator}\n"),
    **AFTER,
    **AROUND,
    **UNMET,
}
"""(subject, text) of each occasion in each language."""
