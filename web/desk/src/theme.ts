// Light or dark: as the system has it, until the user chooses.
const kKept = "earshot.theme";
type Theme = "light" | "dark";

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

export function showTheme(): void {
  try {
    const kept = localStorage.getItem(kKept);
    if (kept === "light" || kept === "dark") show(kept);
  } catch {
    // storage is switched off: as the system has it
  }
}

export function toggleTheme(): void {
  const now = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const next: Theme = now === "dark" ? "light" : "dark";
  show(next);
  try {
    localStorage.setItem(kKept, next);
  } catch {
    // it is chosen again next time
  }
}
