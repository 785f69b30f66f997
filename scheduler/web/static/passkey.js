// Asks the browser for a passkey, or to make one, and sends what it says with the form.
// Where a browser cannot, the form stays hidden: a password and a code do the same.
const able = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON;

async function answered(form) {
  const asked = await fetch(form.dataset.passkey, { credentials: "same-origin" });
  if (!asked.ok) throw new Error(String(asked.status));
  const options = await asked.json();
  if (form.dataset.makes === undefined) {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
}

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  const says = form.querySelector("[role=status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    says.textContent = "";
    try {
      form.elements.answer.value = JSON.stringify((await answered(form)).toJSON());
      form.submit();
    } catch {
      says.textContent = form.dataset.refused;
    }
  });
}
