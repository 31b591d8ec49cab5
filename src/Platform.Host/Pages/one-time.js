"use strict";

const form = document.getElementById("form");
const answer = document.getElementById("answer");
const authority = document.querySelector("form[data-authority]");

// Taken out of the address at once, so that neither history nor a screenshot keeps it.
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

if (authority) {
  authority.elements.invitation.value = token;
}

if (!token) {
  end();
  answer.textContent = "The link isn't whole. Open it as you got it.";
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  const fields = new FormData(form);
  const body = { token, password: fields.get("password") };
  if (fields.get("name")) {
    body.name = fields.get("name");
  }

  try {
    const response = await fetch(form.dataset.api, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      end();
      document.getElementById("next").hidden = false;
      answer.textContent = "Done. You can sign in with your address and this password now.";
    } else {
      answer.textContent = (await response.json()).detail;
    }
  } catch {
    answer.textContent = "The platform can't be reached. Try again.";
  }
});

function end() {
  form.hidden = true;
  if (authority) {
    authority.hidden = true;
  }
}
