// “Someone is here”: the page is covered at once, and nothing behind it can be reached.
// Without this, the link to #cover covers it just as well for the eye.
const cover = document.getElementById("cover");
const opener = document.querySelector("[data-cover]");

if (cover && opener) {
  const rest = () => [...document.body.children].filter((each) => each !== cover && each.localName !== "script");

  const close = () => {
    for (const each of document.querySelectorAll("dialog[open]")) each.close();
    document.documentElement.classList.add("covered");
    for (const each of rest()) each.inert = true;
    cover.focus();
    scrollTo(0, 0);
  };

  const open = () => {
    document.documentElement.classList.remove("covered");
    for (const each of rest()) each.inert = false;
    // Only another target uncovers a page that was loaded as #cover.
    if (location.hash === "#cover") location.replace("#main");
    history.replaceState(null, "", location.pathname + location.search);
    opener.focus();
  };

  opener.addEventListener("click", (event) => {
    event.preventDefault();
    close();
  });
  cover.querySelector("[data-uncover]")?.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.documentElement.classList.contains("covered")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  }, { capture: true });
  if (location.hash === "#cover") close();
}
