// Text, as a component whose JavaScript engine, bindings and adapter are core modules linked to share one memory and one table.
const text = {
  text: v => v,
  texts: v => v,
  units: v => v.length,
  ofUnits: v => String.fromCharCode(...v),
};

export const utf16 = text;
export const latin1 = text;
