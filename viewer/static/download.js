// Downloads: the files that the page saves.

/** @import { PageConnection } from "./connection.js" */
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
 * Download the export. It is made on request, which takes a while.
 *
 * @param {PageConnection} connection
 * @param {Notice} notice
 */
export async function downloadExport(connection, notice) {
  notice.show("Exporting the newest state");
  try {
    const { content, name } = await connection.requestExport();
    saveFile(content, name, notice);
  } catch (error) {
    notice.show(error instanceof Error ? error.message : String(error), 12);
  }
}
