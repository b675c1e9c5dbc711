// Searches and filters the list of letters on the search page of a frozen copy, by the arguments
// that the archive's own lists take. Without scripts the list stands there whole.
{
  const { index, letters, facets } = archiveData;

  // --- words, folded as words_of in search_index.py folds those of the letters

  const plain = { ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ð: "d", þ: "th", ß: "ss" };

  function wordsOf(text) {
    const folded = text.toLowerCase().replace(/[øłđæœðþß]/g, (letter) => plain[letter])
      .normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
    return (folded.match(/[\p{L}\p{N}]+/gu) || []).map(singular);
  }

  function singular(word) {
    if (word.length < 4) return word;
    if (/[^ae]ies$/.test(word)) return word.slice(0, -3) + "y";
    if (/[^aeo]es$/.test(word)) return word.slice(0, -1);
    if (/[^us]s$/.test(word)) return word.slice(0, -1);
    return word;
  }

  // --- the index: words in order, each with letters and their scores in turn

  const ONLY_BEGINS = 0.5; // what a word counts that only begins with the one that was asked for
  const SHORTEST_BEGINNING = 3;

  // The letters that have all words of a text, with their scores.
  function lettersOf(text, mayBegin) {
    const [first, ...others] = wordsOf(text).map((word) => lettersWith(word, mayBegin));
    return others.reduce((scores, other) => {
      for (const [letter, score] of scores) {
        if (other.has(letter)) scores.set(letter, score + other.get(letter));
        else scores.delete(letter);
      }
      return scores;
    }, first ?? new Map());
  }

  function lettersWith(word, mayBegin) {
    const scores = new Map();
    const begins = mayBegin && word.length >= SHORTEST_BEGINNING;
    for (let place = placeOf(word); place < index.length; place += 1) {
      const [known, found] = index[place];
      if (known !== word && !(begins && known.startsWith(word))) break;
      for (let i = 0; i < found.length; i += 2) {
        const score = found[i + 1] * (known === word ? 1 : ONLY_BEGINS);
        scores.set(found[i], (scores.get(found[i]) ?? 0) + score);
      }
    }
    return scores;
  }

  // The place of the first word of the index that is not before this one.
  function placeOf(word) {
    let [low, high] = [0, index.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index[middle][0] < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // --- what the address asks for

  const isDay = /^\d{4}(-\d\d){0,2}$/; // "2019", "2019-02" or "2019-02-18"
  const asked = [...new URLSearchParams(location.search)].filter(([, value]) => value !== "")
    .map(([name, value]) => [name === "q" ? "_search" : name, value]); // of the field above
  const given = asked.filter(isUnderstood);
  const valuesOf = (name) => given.filter(([key]) => key === name).map(([, value]) => value);
  const text = valuesOf("_search").join(" ");
  const [after] = valuesOf("_after");
  const [before] = valuesOf("_before");
  const newestFirst = valuesOf("_sort_desc").length > 0;
  const found = scoresOf(text);
  const choices = Object.keys(facets)
    .map((facet) =>
      ({ facet, wanted: valuesOf(`_${facet}`), unwanted: valuesOf(`_not_${facet}`) }))
    .filter(({ wanted, unwanted }) => wanted.length || unwanted.length);
  const places = {};
  for (const [facet, values] of Object.entries(facets)) {
    places[facet] = new Map(Object.entries(values).map(([value, of]) => [value, new Set(of)]));
  }

  function isUnderstood([name, value]) {
    if (name === "_after" || name === "_before") return isDay.test(value);
    if (name === "_search" || name === "_sort_desc") return true;
    return name.startsWith("_") && Object.hasOwn(facets, name.replace(/^_(not_)?/, ""));
  }

  // The letters of a search with their scores; nothing where no word was given.
  function scoresOf(search) {
    if (!wordsOf(search).length) return null;
    const parts = search.split(/\s+/);
    const wanted = parts.filter((part) => !/^-./.test(part)).join(" ");
    const scores = wordsOf(wanted).length
      ? lettersOf(wanted, true)
      : new Map(letters.map((_, letter) => [letter, 0]));
    for (const unwanted of parts.filter((part) => /^-./.test(part))) {
      for (const letter of lettersOf(unwanted, false).keys()) scores.delete(letter);
    }
    return scores;
  }

  // Whether a letter is as it is asked for, but for the choices in one facet, if one is named.
  function fits(letter, but) {
    const [earliest, latest] = letters[letter];
    const isUnder = (facet, values) =>
      values.some((value) => places[facet].get(value)?.has(letter));
    return (!found || found.has(letter))
      && (!after || !latest || latest >= after)
      && (!before || !earliest || earliest.slice(0, before.length) <= before)
      && choices.every(({ facet, wanted, unwanted }) =>
        (facet === but || !wanted.length || isUnder(facet, wanted)) && !isUnder(facet, unwanted));
  }

  // --- the page

  const all = letters.map((_, letter) => letter);
  const form = document.querySelector("form.filters");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];

  function showLetters() {
    const shown = all.filter((letter) => fits(letter));
    if (newestFirst) shown.reverse();
    else if (found) shown.sort((a, b) => found.get(b) - found.get(a) || a - b);
    const list = document.getElementById("letters-found");
    const items = [...list.children];
    list.replaceChildren(...shown.map((letter) => items[letter]));
    const order = newestFirst ? "newest first" : found ? "best matches first" : "oldest first";
    const strange = asked.filter((pair) => !isUnderstood(pair)).map((pair) => pair.join("="));
    document.getElementById("found").textContent =
      `${shown.length.toLocaleString("en")} letter${shown.length === 1 ? "" : "s"}, ${order}.`
      + (strange.length ? ` Not understood, and left out: ${strange.join(", ")}.` : "");
  }

  function fillForm() {
    for (const name of ["_search", "_after", "_before"]) {
      form.elements[name].value = valuesOf(name).join(" ");
    }
    for (const [name, value] of given.filter(([name]) => name.startsWith("_not_"))) {
      form.append(made("input", { type: "hidden", name, value }));
    }
    for (const facet of Object.keys(facets)) {
      const under = new Set(all.filter((letter) => fits(letter, facet)));
      for (const box of boxes.filter((box) => box.name === `_${facet}`)) {
        countIn(box, facets[facet][box.value].filter((letter) => under.has(letter)).length);
      }
    }
    form.hidden = false;
    document.getElementById("without-scripts").hidden = true;
  }

  function countIn(box, count) {
    box.checked = valuesOf(box.name).includes(box.value);
    const item = box.closest("li");
    item.querySelector(".count").textContent = count.toLocaleString("en");
    item.hidden = !count && !box.checked;
    const fold = item.closest("fieldset details");
    if (fold && box.checked) fold.open = true;
  }

  // What is chosen, each with a link that takes it off.
  function showChips() {
    const chips = document.getElementById("chosen");
    for (const pair of given.filter(([name]) => name !== "_sort_desc")) {
      const others = new URLSearchParams(given.filter((other) => other !== pair)).toString();
      const [label, value] = inWords(pair);
      const link = made("a", { href: location.pathname + (others && `?${others}`) });
      link.append(
        made("span", { className: "chip-facet", textContent: `${label}:` }),
        ` ${value} `,
        made("span", { className: "remove", textContent: "remove" }),
      );
      const item = made("li", {});
      item.append(link);
      chips.append(item);
    }
    chips.hidden = !chips.children.length;
  }

  function inWords([name, value]) {
    const own = { _search: "Search", _after: "Not before", _before: "Not after" }[name];
    if (own) return [own, value];
    const positive = name.replace("_not_", "_");
    const box = boxes.find((box) => box.name === positive && box.value === value);
    const facet = box?.closest("fieldset").querySelector("legend").textContent ?? positive.slice(1);
    const label = box?.closest("label").querySelector(".value").textContent ?? value;
    return [name === positive ? facet : `not ${facet}`, label];
  }

  function made(tag, properties) {
    return Object.assign(document.createElement(tag), properties);
  }

  showLetters();
  fillForm();
  showChips();
}
