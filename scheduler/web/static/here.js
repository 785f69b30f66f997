// The server's clock, carried on by this machine's, and what the other parts share.
// The machine may sleep, which stops the one counter; or be set, which moves the other.
const since = { steady: performance.now(), wall: Date.now() };
const served = Date.parse(document.documentElement.dataset.now ?? "") || since.wall;

globalThis.quietline = {
  now() {
    const steady = performance.now() - since.steady;
    return served + Math.max(steady, Date.now() - since.wall);
  },
  element(name, words = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = words;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  },
  shown(element) {
    if (element.closest("[inert]")) return false;
    return element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;
  },
};
