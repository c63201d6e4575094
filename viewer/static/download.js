// Downloads: the files that the page saves.

/** @import { Notice } from "./notice.js" */

/**
 * Save a file among the browser's downloads.
 *
 * @param {Blob} content
 * @param {string} name
 * @param {Notice} notice
 */
export function saveFile(content, name, notice) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  notice.show(`Saved ${name}`, 3);
}

/**
 * Download the export. The program makes it on request, which takes a while.
 *
 * @param {Notice} notice
 */
export async function downloadExport(notice) {
  notice.show("Exporting the newest state");
  try {
    const response = await fetch("export.zip");
    if (!response.ok) {
      notice.show(await response.text(), 12);
      return;
    }
    const [, name] = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? ["", "export.zip"];
    saveFile(await response.blob(), name, notice);
  } catch {
    notice.show("The program behind this page does not answer, so nothing was downloaded.", 12);
  }
}
