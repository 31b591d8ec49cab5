// What the visitor chose of dark and light; nothing where the system decides.
const key = 'platform-theme';

export const chosen = () => localStorage.getItem(key);

export function choose(theme) {
  if (theme === null) {
    localStorage.removeItem(key);
  } else {
    localStorage.setItem(key, theme);
  }
}

export const reflect = (isDark) => {
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
};
