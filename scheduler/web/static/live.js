// Parts of a page that stay fresh: <div id="thread" data-live="3"> is fetched again every
// three seconds from this page's own address, and changed only when it differs. Asking
// does not start the idle clock again. What has the focus is left alone.
function refresh(place) {
  if (document.hidden || place.contains(document.activeElement)) return;
  const request = new XMLHttpRequest();
  request.open("GET", location.pathname + location.search);
  request.responseType = "document";
  request.setRequestHeader("Quietline-Background", "yes");
  request.addEventListener("load", () => {
    const fresh = request.status === 200 && request.response?.getElementById(place.id);
    if (!fresh || fresh.isEqualNode(place) || place.contains(document.activeElement)) return;
    place.replaceChildren(...document.importNode(fresh, true).childNodes);
  });
  request.send();
}

for (const place of document.querySelectorAll("[data-live]")) {
  setInterval(refresh, Number(place.dataset.live) * 1000, place);
}
