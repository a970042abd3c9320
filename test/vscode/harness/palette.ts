import type { Locator, Page } from 'playwright-core';

const quickInput = (page: Page): Locator => page.locator('.quick-input-widget');

/**
 * Runs a command by its title, as a user would from the command palette.
 *
 * @param title as the palette shows it, e.g. `Unmask: Infill Selection`
 * @throws when the palette has no such command
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await quickInput(page)
    .getByRole('combobox')
    .or(quickInput(page).locator('input'))
    .first()
    .fill(`>${title}`);
  await quickInput(page).getByRole('option', { name: title }).first().click();
}

/** The titles the command palette offers for what is typed. */
export async function offeredCommands(page: Page, typed: string): Promise<string[]> {
  await page.keyboard.press('F1');
  await quickInput(page).locator('input').first().fill(`>${typed}`);
  await quickInput(page).getByRole('option').first().waitFor();
  const titles = await quickInput(page).locator('.label-name').allInnerTexts();
  await page.keyboard.press('Escape');
  return titles;
}

/** Chooses an entry of the quick pick that is open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await quickInput(page).getByRole('option', { name: label }).first().click();
}

/** Types into the input box that is open and confirms it. */
export async function answer(page: Page, text: string): Promise<void> {
  await quickInput(page).locator('input').first().fill(text);
  await page.keyboard.press('Enter');
}
