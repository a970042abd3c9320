import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const quickInput = (page: Page): Locator => page.locator('.quick-input-widget');
const inputBox = (page: Page): Locator => quickInput(page).locator('input').first();
const entries = (page: Page): Locator => quickInput(page).getByRole('option');

/**
 * Runs a command by its title, as a user would from the command palette.
 *
 * @param title in full, as the palette shows it, e.g. `Unmask: Infill Selection`
 * @throws when the palette has no such command
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await inputBox(page).fill(`>${title}`);
  const whole = new RegExp(`^${title.replaceAll(/[^\w\s]/g, '\\$&')}$`);
  const label = page.locator('.label-name', { hasText: whole });
  await entries(page).filter({ has: label }).first().click();
}

/** The titles the command palette offers for what is typed. */
export async function offeredCommands(page: Page, typed: string): Promise<string[]> {
  await page.keyboard.press('F1');
  await inputBox(page).fill(`>${typed}`);
  await entries(page).first().waitFor();
  const titles = await entries(page).locator('.label-name').allInnerTexts();
  await page.keyboard.press('Escape');
  return titles.filter((title) => title !== 'No matching commands');
}

/** Chooses an entry of the quick pick that is open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await entries(page).filter({ hasText: label }).first().click();
}

/** Types into the input box that is open and confirms it. */
export async function answer(page: Page, text: string): Promise<void> {
  await inputBox(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Saves the active editor's file under another name. */
export async function saveAs(page: Page, file: string): Promise<void> {
  await runCommand(page, 'File: Save As...');
  // The dialog looks at the folder first, and then writes the file's present name over what stands there.
  await expect.poll(() => inputBox(page).inputValue()).toMatch(/^\/.*[^/]$/);
  await answer(page, file);
}
