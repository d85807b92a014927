// The catalogue: one object a language, of one type, so that no text can be missing in one of them.
import { de } from "./de";
import { type Texts, en } from "./en";

const kLanguages: Record<string, Texts> = { en, de };
const kRightToLeft = new Set(["ar", "fa", "he", "ur"]);
const kKept = "earshot.language";

const kept = (): string | null => {
  try {
    return localStorage.getItem(kKept);
  } catch {
    return null; // storage is switched off
  }
};
const wished = (): string => [kept() ?? "", ...navigator.languages.map((each) => each.slice(0, 2))].find((each) => each in kLanguages) ?? "en";

let current = "en";

export const languages = (): [string, string][] => Object.entries(kLanguages).map(([code, each]) => [code, each.language]);
export const language = (): string => current;
export const texts = (): Texts => kLanguages[current]!;

/** @param chosen  by the user; without it what they chose before, or what the browser speaks */
export function speak(chosen?: string): void {
  const code = chosen ?? wished();
  current = code in kLanguages ? code : "en";
  document.documentElement.lang = current;
  document.documentElement.dir = kRightToLeft.has(current) ? "rtl" : "ltr";
  try {
    if (chosen) localStorage.setItem(kKept, current);
  } catch {
    // it is asked again next time
  }
}
