// Loads the page again as soon as it would show something else. Only `tgkg serve --watch` sends it.
const { address, shown } = document.currentScript.dataset;
const BETWEEN = 150; // milliseconds

// What somebody is typing is not taken away.
const isTyping = () =>
  [...document.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);

async function hasChanged() {
  if (document.hidden || isTyping()) return false;
  try {
    const answer = await fetch(address);
    return answer.ok && (await answer.json()) !== shown;
  } catch {
    return false; // the server is being started again
  }
}

async function look() {
  if (await hasChanged()) location.reload();
  else setTimeout(look, BETWEEN);
}

look();
