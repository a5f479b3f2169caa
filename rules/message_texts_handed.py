"""Short texts that go with a link handed over by hand, as a text message or on paper: for somebody without e-mail.

Read as often by somebody else as by the one they are for, so they say even less than the letters do.
"""

from rules.choices import HandedLink, Language

FI, SV, EN = Language.FI, Language.SV, Language.EN

HANDED: dict[tuple[HandedLink, Language], str] = {
    (HandedLink.ANSWER, FI): "Hei! Kysyisimme sinua mukaan. Aika: {when}. Katso ja vastaa tästä: {link} "
                             "Kaikki vastaukset ovat yhtä hyviä. Terveisin {coordinator}",
    (HandedLink.ANSWER, SV): "Hej! Vi vill fråga om du kan vara med. Tid: {when}. Läs mer och svara här: {link} "
                             "Alla svar är lika bra. Hälsningar {coordinator}",
    (HandedLink.ANSWER, EN): "Hello! We would like to ask you to join us. Time: {when}. Read more and answer here: "
                             "{link} Every answer is as good as another. Best wishes, {coordinator}",
    (HandedLink.SUPPORT, FI): "Hei! Henkilöä, jonka tukena olet, on kysytty mukaan. Aika: {when}. Jos hän ei pääse tai "
                              "jaksa, voit ilmoittaa sen tästä, vielä samana aamunakin: {link} Terveisin {coordinator}",
    (HandedLink.SUPPORT, SV): "Hej! Personen som du stöder har tillfrågats. Tid: {when}. Om hen inte kan eller orkar "
                              "komma kan du meddela det här, också samma morgon: {link} Hälsningar {coordinator}",
    (HandedLink.SUPPORT, EN): "Hello! The person you support has been asked to join us. Time: {when}. If they cannot "
                              "come or do not feel up to it, you can say so here, even on the same morning: {link} "
                              "Best wishes, {coordinator}",
    (HandedLink.BRIEFING, FI): "Hei! Kaikki on sovittu. Aika: {when}. Paikka ja käytännön asiat: {link} "
                               "Jos et pääse tai jaksa, kerro siitä milloin vain. Terveisin {coordinator}",
    (HandedLink.BRIEFING, SV): "Hej! Allt är överenskommet. Tid: {when}. Platsen och det praktiska: {link} "
                               "Om du inte kan eller orkar komma, säg till när som helst. Hälsningar {coordinator}",
    (HandedLink.BRIEFING, EN): "Hello! Everything is agreed. Time: {when}. The place and the practical matters: {link} "
                               "If you cannot come or do not feel up to it, tell us at any time. "
                               "Best wishes, {coordinator}",
    (HandedLink.FEEDBACK, FI): "Hei! Kiitos, että olit mukana. Miltä se tuntui? Vastaa parissa minuutissa: {link} "
                               "Linkki toimii {until} asti. Terveisin {coordinator}",
    (HandedLink.FEEDBACK, SV): "Hej! Tack för att du var med. Hur kändes det? Svara på ett par minuter: {link} "
                               "Länken fungerar till och med {until}. Hälsningar {coordinator}",
    (HandedLink.FEEDBACK, EN): "Hello! Thank you for being there. How was it? It takes two minutes to answer: {link} "
                               "The link works until {until}. Best wishes, {coordinator}",
}
