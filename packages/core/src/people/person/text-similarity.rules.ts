import { differsByOneEdit, editDistance } from "../../kernel/edit-distance.ts";
import { memoizeByText } from "../../kernel/memoize.ts";

/** Similarity of texts: by letters, by sound, and by nicknames. */

type SimilarityLevel = "unknown" | "equal" | "close" | "alike" | "differs";

export const removeSpaces = (text: string): string => (text.includes(" ") ? text.replaceAll(" ", "") : text);

/** Returns the similarity of two texts from 0 to 1, by inserted, dropped, replaced or swapped characters; 0 if it is below a minimum. */
function similarity(a: string, b: string, min: number): number {
  if (a === b) return 1;
  const length = Math.max(a.length, b.length);
  // Each additional character is an edit, so texts of very different lengths need no comparison.
  return 1 - Math.abs(a.length - b.length) / length < min ? 0 : 1 - editDistance(a, b) / length;
}

export function similarityLevel(a: string, b: string, close = 0.75, alike = 0.6): SimilarityLevel {
  if (!a || !b) return "unknown";
  const [left, right] = [removeSpaces(a), removeSpaces(b)];
  if (left === right) return "equal";
  if (Math.min(left.length, right.length) < 3)
    return left.length + right.length > 3 && differsByOneEdit(left, right) ? "alike" : "differs";
  const similar = similarity(left, right, alike);
  return similar >= close ? "close" : similar >= alike ? "alike" : "differs";
}

const consonantClasses: Record<string, string> = {
  ...Object.fromEntries([..."bp"].map((letter) => [letter, "P"])),
  ...Object.fromEntries([..."dt"].map((letter) => [letter, "T"])),
  ...Object.fromEntries([..."gkj"].map((letter) => [letter, "K"])),
  ...Object.fromEntries([..."fvw"].map((letter) => [letter, "F"])),
  ...Object.fromEntries([..."sz"].map((letter) => [letter, "S"])),
  ...Object.fromEntries([..."mn"].map((letter) => [letter, "N"])),
  l: "L",
  r: "R",
};

/** Returns a rough phonetic code that works for many languages: consonants by class, vowels only at the start. */
export const phoneticCode = memoizeByText(computePhoneticCode);

function computePhoneticCode(text: string): string {
  const letters = removeSpaces(text);
  if (!/^[a-z]+$/.test(letters)) return letters.slice(0, 12);
  const sounds = letters
    .replace(/^(kn|gn|pn)/, "n")
    .replace(/^wr/, "r")
    .replace(/ph/g, "f")
    .replace(/sch|sh/g, "s")
    .replace(/tsch|tch|ch|ck|qu|q/g, "k")
    .replace(/gh(?=t|$)/g, "")
    .replace(/c(?=[eiy])/g, "s")
    .replace(/c/g, "k")
    .replace(/x/g, "ks");
  const start = /^[aeiouyh]/.test(sounds) ? "A" : "";
  const coded = [...sounds]
    .map((letter) => consonantClasses[letter] ?? "")
    .filter((sound, index, all) => sound !== all[index - 1]);
  return (start + coded.join("")).slice(0, 6);
}

/** Groups of nicknames for the same name, keyed by the first of each group. */
const nicknameGroups = new Map(
  (
    "robert bob bobby rob robbie|william bill billy will willy liam|richard dick rick ricky rich|james jim jimmy jamie|john jack johnny jon|" +
    "joseph joe joey|michael mike mick micky|thomas tom tommy|charles charlie chuck|edward ed eddie ted teddy ned|henry harry hank|" +
    "anthony tony|andrew andy drew|alexander alex sasha sandy|benjamin ben benny|christopher chris kit|daniel dan danny|david dave davey|" +
    "donald don donny|francis frank frankie|frederick fred freddy freddie|george georgie|gerald gerry jerry|gregory greg|jeffrey jeff|" +
    "jonathan jonny nathan|kenneth ken kenny|lawrence larry laurie|leonard len lenny leo|matthew matt|nicholas nick nicky|patrick pat paddy|" +
    "peter pete|philip phil|raymond ray|ronald ron ronnie|samuel sam sammy|stephen steve steven stevie|timothy tim|walter walt wally|" +
    "zachary zach zack|joshua josh|jacob jake|elizabeth liz lizzie beth betty eliza lisa|margaret maggie meg peggy greta|mary molly polly|" +
    "catherine katherine kate katie kathy cathy kathryn|susan sue suzie|patricia patty trish tricia|jennifer jen jenny|barbara barb babs|" +
    "deborah debbie deb|dorothy dot dottie|eleanor ellie nell|frances fran|helen nell nellie|jacqueline jackie|jessica jess jessie|" +
    "judith judy|kimberly kim|pamela pam|rebecca becky becca|samantha sam|sandra sandy|victoria vicky tori|virginia ginny|" +
    "abigail abby|amanda mandy|christina christine chris tina|cynthia cindy|isabella bella isabel|madeleine maddie maddy|natalie nat|" +
    "johannes hans hannes|josef sepp|maximilian max|francisco paco pancho|jose pepe|ekaterina katya|dmitri dima|ivan vanya|mohammed mohamed muhammad"
  )
    .split("|")
    .map((group) => group.split(" "))
    .flatMap((names) => names.map((name) => [name, names] as const))
    .reverse(),
);

/** Returns the likely official name for a nickname. */
export const officialName = (name: string): string => nicknameGroups.get(name)?.[0] ?? name;

const areNicknames = (a: string, b: string): boolean => {
  const [leftGroup, rightGroup] = [nicknameGroups.get(a), nicknameGroups.get(b)];
  return (
    leftGroup !== undefined &&
    (leftGroup.includes(b) || (rightGroup !== undefined && (rightGroup.includes(a) || leftGroup[0] === rightGroup[0])))
  );
};

export type NameSimilarityLevel = SimilarityLevel | "nickname" | "part" | "initial";

/** Returns how similar two names are. */
export function nameSimilarityLevel(a: string, b: string): NameSimilarityLevel {
  const level = similarityLevel(a, b);
  if (level === "unknown" || level === "equal") return level;
  if (areNicknames(a, b)) return "nickname";
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 1) return long.startsWith(short) ? "initial" : "differs";
  if (short.length > 2 && long.split(" ").includes(short)) return "part";
  if (level !== "differs" && short.length > 2) return level === "alike" && phoneticCode(a) === phoneticCode(b) ? "close" : level;
  return short.length > 2 && phoneticCode(a) === phoneticCode(b) && phoneticCode(a).length > 1 ? "alike" : "differs";
}
