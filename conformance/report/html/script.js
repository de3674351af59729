// Filters, search, unfolding and colours of a report. Without it the page shows
// everything, and each criterion unfolds all the same.
"use strict";

const all = (query, within = document) => [...within.querySelectorAll(query)];
const one = (id) => document.getElementById(id);
const form = one("filter");
const rows = all("#criteria details");
const groups = all("#criteria section.group");
const words = new WeakMap();

// What a search looks at: not the exchange, nor the command.
function wordsOf(row) {
  let text = words.get(row);
  if (text === undefined) {
    const parts = all("summary, dd:not(.command)", row).map((part) => part.textContent);
    text = parts.join(" ").toLowerCase();
    words.set(row, text);
  }
  return text;
}

function wanted() {
  const chosen = new FormData(form);
  return {
    verdicts: new Set(chosen.getAll("verdict")),
    level: chosen.get("level"),
    theme: chosen.get("theme"),
    profile: chosen.get("profile"),
    words: one("search").value.toLowerCase().split(/\s+/).filter(Boolean),
  };
}

function fits(row, want) {
  const [level, theme, profile] = row.dataset.of.split("|");
  return (
    (!want.level || want.level === level) &&
    (!want.theme || want.theme === theme) &&
    (!want.profile || want.profile === profile) &&
    (want.words.length === 0 ||
      want.words.every((word) => wordsOf(row).includes(word)))
  );
}

function filter() {
  const want = wanted();
  let shown = 0;
  for (const group of groups) {
    const isWanted = want.verdicts.has(group.dataset.verdict);
    let here = 0;
    for (const row of all("details", group)) {
      const hidden = !isWanted || !fits(row, want);
      if (row.parentNode.hidden !== hidden) row.parentNode.hidden = hidden;
      here += hidden ? 0 : 1;
    }
    group.hidden = here === 0;
    shown += here;
  }
  const count = shown === 0 ? "No criterion fits" : `${shown} of ${rows.length} criteria shown`;
  if (one("count").textContent !== count) one("count").textContent = count;
}

function visible() {
  return rows.filter((row) => !row.parentNode.hidden);
}

// A link to a criterion shows it, whatever the filter says.
function follow() {
  let id = location.hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    return;
  }
  const row = id && one(id);
  if (!row || !rows.includes(row)) return;
  if (row.parentNode.hidden) {
    form.reset();
    filter();
  }
  row.open = true;
  row.scrollIntoView();
  row.querySelector("summary").focus({ preventScroll: true });
}

function paint(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

for (const part of all(".scripted")) part.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
one("unfold").addEventListener("click", () => visible().forEach((row) => (row.open = true)));
one("fold").addEventListener("click", () => rows.forEach((row) => (row.open = false)));
one("print").addEventListener("click", () => window.print());
for (const input of all("input[name=colours]"))
  input.addEventListener("change", () => paint(input.value));
addEventListener("hashchange", follow);
// A second click on the same link is no change of the hash.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.getAttribute("href") === location.hash) follow();
});
filter();
follow();
