// Counts the words that are left while somebody writes; the server counts them the same way.
for (const text of document.querySelectorAll('textarea[data-most]')) {
  const told = document.getElementById(text.id + '-left');
  let wait;
  const count = () => {
    const words = text.value.split(/\s+/u).filter(word => /[\p{L}\p{N}]/u.test(word)).length;
    const left = Number(text.dataset.most) - words;
    told.textContent = (left < 0 ? text.dataset.over : text.dataset.left).replace('{n}', Math.abs(left));
  };
  text.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(count, 400); // not at each key: it is read aloud
  });
}
