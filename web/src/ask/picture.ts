// A chart as a picture of its own: under its title, on the page's ground.

const scale = 2;

/** The chart's SVG with a title above it. Measures come from the drawn chart. */
export function titledSvg(svg: string, title: string, subtitle: string, ground: string, ink: string): string {
  const width = Number(/\bwidth="(\d+(?:\.\d+)?)"/.exec(svg)?.[1] ?? 800);
  const height = Number(/\bheight="(\d+(?:\.\d+)?)"/.exec(svg)?.[1] ?? 400);
  const safe = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const font = `font-family="system-ui, sans-serif" fill="${safe(ink)}"`;
  const head = 56;
  const inner = svg.replace(/^<\?xml[^>]*\?>\s*/, "").replace(/<svg\b/, `<svg x="16" y="${head}"`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width + 32}" height="${height + head + 16}" viewBox="0 0 ${width + 32} ${height + head + 16}">` +
    `<rect width="100%" height="100%" fill="${safe(ground)}"/>` +
    `<text x="16" y="26" font-size="17" font-weight="600" ${font}>${safe(title)}</text>` +
    `<text x="16" y="46" font-size="12.5" ${font}>${safe(subtitle)}</text>${inner}</svg>`
  );
}

/** The same picture in points. The browser draws it; nothing leaves the page. */
export async function asPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((give, fail) => canvas.toBlob((blob) => (blob === null ? fail(new Error("no picture")) : give(blob)), "image/png"));
}
