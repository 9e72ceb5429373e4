import { Random } from './random.ts';

const words = (list: string): readonly string[] => list.trim().split(/\s+/);

const people =
  words(`Müller Nachbarin Wanderer Fährmann Gärtnerin Uhrmacher Lehrerin Händler Schreiner Müllerin Bäcker
  Köchin Bote Jägerin Schäfer Näherin Pfarrer Wirtin Geselle Enkelin Großvater Schwester Vetter Königin`);
const things =
  words(`Brücke Lampe Straße Schlüssel Garten Tür Laterne Mühle Glocke Truhe Leiter Kutsche Quelle Insel Hütte
  Wiese Höhle Geige Landkarte Kerze Tasche Münze Feder Säge Trommel Mauer Bühne Küche Wolke Stunde Antwort Nachricht`);
const qualities =
  words(`alte stille große verschneite vergessene kühle hölzerne schmale fröhliche dunkle prächtige müde
  ferne seltsame gläserne kühne einsame rostige süße bittere flüchtige ehrliche übliche weiße heiße`);
const deeds =
  words(`betrachtete verließ suchte vergaß bewunderte fürchtete erkannte zeichnete hütete durchquerte öffnete
  verkaufte schenkte erwähnte reparierte trug hörte verlor begrüßte überhörte erzählte beschützte zählte`);
const moments =
  words(`gestern abends plötzlich später niemals häufig endlich heimlich draußen drüben überall morgens manchmal
  vorsichtig langsam zögernd gewöhnlich damals zuletzt früher`);
const joints = words('und aber denn doch oder während obwohl weil bevor nachdem als wenn');

/** About 220,000 octets of made-up German sentences in UTF-8, sent as binary messages. */
export function writeProse(): Buffer {
  const random = new Random(0x70726f73);
  const group = (): string => `die ${random.pick(qualities)} ${random.pick(things)}`;
  const clause = (): string => {
    const who =
      random.below(3) === 0 ? `${random.pick(qualities)} ${random.pick(people)}` : random.pick(people);
    return `${random.pick(moments)} ${random.pick(deeds)} ${who} ${group()}`;
  };
  const lines: string[] = [];
  let length = 0;
  while (length < 213_000) {
    const opening = clause();
    const more = Array.from({ length: random.below(3) }, () => `, ${random.pick(joints)} ${clause()}`).join(
      '',
    );
    const end = random.pick(['.', '.', '.', '!', '?', ' …']) + random.pick([' ', '\r\n', '\r\n', '\r\n\r\n']);
    const sentence = opening.charAt(0).toUpperCase() + opening.slice(1) + more + end;
    lines.push(sentence);
    length += sentence.length;
  }
  return Buffer.from(lines.join(''));
}
