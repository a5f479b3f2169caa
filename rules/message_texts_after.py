"""The texts that are ready for what follows an event, by language: asking how it went, telling what changed."""

from rules.choices import Language, MessageKind

FI, SV, EN = Language.FI, Language.SV, Language.EN

AFTER: dict[tuple[MessageKind, Language], tuple[str, str]] = {
    (MessageKind.FEEDBACK_EXPERT, FI): ("Kiitos! Mitä jäi mieleen?", """Hei!

Kiitos, että olit mukana. Aika: {when}
Haluaisimme kuulla, miltä se tuntui. Vastaaminen vie pari minuuttia, ja voit jättää väliin minkä tahansa kohdan:
{link}

Samalla voit pyytää, että sinulle soitetaan. Linkki on vain sinulle ja toimii {until} asti.

Terveisin
{coordinator}
"""),
    (MessageKind.FEEDBACK_EXPERT, SV): ("Tack! Hur kändes det?", """Hej!

Tack för att du var med. Tid: {when}
Vi vill gärna höra hur det kändes. Det tar ett par minuter att svara, och du kan hoppa över vilken fråga som helst:
{link}

Du kan också be att någon ringer dig. Länken är bara för dig och fungerar till och med {until}.

Hälsningar
{coordinator}
"""),
    (MessageKind.FEEDBACK_EXPERT, EN): ("Thank you! How was it?", """Hello!

Thank you for being there. Time: {when}
We would like to hear how it felt. It takes two minutes, and you may leave out any question:
{link}

You can also ask to be called. The link is for you alone and works until {until}.

Best wishes
{coordinator}
"""),
    (MessageKind.FEEDBACK_ORDERER, FI): ("Miten tilaisuus sujui?", """Hei!

Kiitos yhteistyöstä. Aika: {when}
Kertoisitteko, miten tilaisuus sujui? Vastaaminen vie pari minuuttia:
{link}

Samalla voitte pyytää, että teille soitetaan. Linkki toimii {until} asti.

Terveisin
{coordinator}
"""),
    (MessageKind.FEEDBACK_ORDERER, SV): ("Hur gick det?", """Hej!

Tack för samarbetet. Tid: {when}
Vill ni berätta hur det gick? Det tar ett par minuter att svara:
{link}

Ni kan också be att någon ringer er. Länken fungerar till och med {until}.

Hälsningar
{coordinator}
"""),
    (MessageKind.FEEDBACK_ORDERER, EN): ("How did it go?", """Hello!

Thank you for working with us. Time: {when}
Would you tell us how it went? It takes two minutes:
{link}

You can also ask to be called. The link works until {until}.

Best wishes
{coordinator}
"""),
    (MessageKind.IMPACT, FI): ("Kertomallasi oli vaikutusta", """Hei!

Olit mukana {when}. Nyt voimme kertoa, mitä siitä seurasi:

{changed}

Kiitos sinulle!

Terveisin
{coordinator}
"""),
    (MessageKind.IMPACT, SV): ("Det du berättade gjorde skillnad", """Hej!

Du var med {when}. Nu kan vi berätta vad det ledde till:

{changed}

Tack för att du var med!

Hälsningar
{coordinator}
"""),
    (MessageKind.IMPACT, EN): ("What you told made a difference", """Hello!

You took part {when}. Now we can tell you what came of it:

{changed}

Thank you!

Best wishes
{coordinator}
"""),
}
"""(subject, text) of each occasion in each language."""
