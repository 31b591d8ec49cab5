// Over plain HTTP beyond loopback browsers have no clipboard: then the text is selected, to be copied by hand.
export async function copy(element) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  }

  getSelection().selectAllChildren(element);
  return false;
}
