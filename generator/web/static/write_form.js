// The form in which a reviewer writes an article: what is typed is not left without a question.

import { $ } from "./dom.js";
import { formState } from "./forms.js";

const form = $("#write");
if (form) {
  form.addEventListener("input", () => { formState.unsaved = true; });
  window.addEventListener("beforeunload", (event) => { if (formState.unsaved) event.preventDefault(); });
  $("textarea", form).focus();
}
