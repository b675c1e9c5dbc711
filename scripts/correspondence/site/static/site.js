// Comfort for those who have scripts; everything works without.

// A button that copies the text of the element it names.
for (const source of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = source.dataset.copy;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.href || source.textContent.trim());
      button.textContent = "Copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = label; }, 2500);
  });
  source.after(" ", button);
}

// Filters apply when they are changed, on screens where they stand beside the list.
const wide = matchMedia("(min-width: 48.01rem)");
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("change", (event) => {
    if (wide.matches && event.target.type === "checkbox") form.requestSubmit();
  });
  // What was left empty need not stand in the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
}

// "/" goes to the search, "j" and "k" to the next and the previous letter of the list.
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll(".entry-title a")];
    const here = links.indexOf(document.activeElement);
    const next = event.key === "j" ? here + 1 : here < 0 ? -1 : here - 1;
    if (links[next]) links[next].focus();
  }
});
