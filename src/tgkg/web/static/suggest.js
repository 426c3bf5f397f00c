// Suggests things while somebody types; without it, the form finds the same.
// The pattern is ARIA's combobox with a list: arrows choose, Enter goes there, Escape closes.
"use strict";

const PAUSE = 120; // milliseconds between the last key and a question
const MOST = 8;

for (const input of document.querySelectorAll("input[data-suggest]")) {
  const form = input.form;
  const list = document.createElement("ul");
  let asked = 0, timer = 0, chosen = -1;
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggest);
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  };

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === number));
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[number].id);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  };

  const option = (result, number) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.dataset.href = result.href;
    const name = document.createElement("bdi");
    name.textContent = result.label;
    item.append(name);
    if (result.kind) {
      const kind = document.createElement("span");
      kind.className = "what";
      kind.textContent = result.kind.label;
      item.append(kind);
    }
    item.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus
    item.addEventListener("click", () => location.assign(result.href));
    return item;
  };

  const ask = async () => {
    const text = input.value.trim(), mine = ++asked;
    if (text.length < 2) return close();
    const address = new URL(form.action);
    address.search = new URLSearchParams({ ...Object.fromEntries(new FormData(form)), q: text, limit: MOST, format: "json" });
    try {
      const response = await fetch(address);
      if (!response.ok || mine !== asked) return;
      const { results } = await response.json();
      if (mine !== asked || document.activeElement !== input) return;
      list.replaceChildren(...results.filter((result) => result.href).map(option));
      choose(-1);
      list.hidden = !list.children.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    } catch {
      close(); // no suggestions; the form still works
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen === last ? -1 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? last : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.href);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
