// The values of a form as JSON, and whether the open form has changes that are not saved.

export const formState = { unsaved: false };

export function valuesOf(form, changedOnly = false) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.type === "radio") {
      if (field.checked) values[field.name] = field.value;
    } else if (field.type === "checkbox" && field.hasAttribute("value")) {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.type === "checkbox") {
      if (!changedOnly || field.checked !== field.defaultChecked) values[field.name] = field.checked;
    } else if (field.tagName === "SELECT") {
      const chosen = [...field.options].findIndex((option) => option.defaultSelected);
      if (!changedOnly || field.selectedIndex !== Math.max(chosen, 0)) values[field.name] = field.value;
    } else if (!changedOnly || field.value !== field.defaultValue) {
      values[field.name] = field.value;
    }
  }
  return values;
}
