import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/*
 * The only file that knows the component toolkit. It is deprecated: a successor takes its place by rewriting this file.
 */

type CustomElement<Properties> = JSX.HTMLAttributes<HTMLElement> & Properties;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': CustomElement<{ appearance?: string; disabled?: boolean }>;
      'vscode-checkbox': CustomElement<{ checked?: boolean }>;
      'vscode-dropdown': JSX.HTMLAttributes<HTMLElement>;
      'vscode-option': CustomElement<{ value?: string; selected?: boolean; disabled?: boolean }>;
      'vscode-text-field': CustomElement<{ placeholder?: string | undefined }>;
    }
  }
}

/** Defines the toolkit's elements; once per page, before the first render. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTextField(),
  );
}

/** Makes the toolkit read the theme's colours again: by itself it notices only a change of the theme's kind. */
export function refreshToolkitTheme(): void {
  document.body.classList.toggle('theme-refreshed');
}

export interface ButtonProps {
  readonly appearance?: 'primary' | 'secondary';
  /** Name of a codicon shown before the label. */
  readonly icon?: string;
  readonly title?: string;
  readonly disabled?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const { appearance = 'primary', icon, title, disabled = false, onPress, children } = props;
  return (
    <vscode-button appearance={appearance} disabled={disabled} title={title} onClick={onPress}>
      {children}
      {icon !== undefined && <span slot="start" class={`codicon codicon-${icon}`} />}
    </vscode-button>
  );
}

export interface IconButtonProps {
  readonly icon: string;
  /** Tooltip and accessible name. */
  readonly label: string;
  /** Presses do nothing then, but it keeps the keyboard's focus: some are disabled by the very press. */
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

export function IconButton({ icon, label, disabled = false, onPress }: IconButtonProps) {
  return (
    <vscode-button
      appearance="icon"
      aria-label={label}
      title={label}
      aria-disabled={disabled}
      onClick={() => !disabled && onPress()}
    >
      <span class={`codicon codicon-${icon}`} />
    </vscode-button>
  );
}

export interface DropdownProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    /** Why it cannot be chosen. */
    readonly unavailable?: string | undefined;
  }[];
  readonly onChange: (value: Value) => void;
}

export function Dropdown<Value extends string>(props: DropdownProps<Value>) {
  const { label, value, options, onChange } = props;
  const element = useRef<HTMLElement & { value: string }>(null);
  useLayoutEffect(() => {
    if (element.current !== null && element.current.value !== value) element.current.value = value;
  }, [value]);
  return (
    <vscode-dropdown
      ref={element as RefObject<HTMLElement>}
      aria-label={label}
      onChange={(event: Event) =>
        onChange((event.currentTarget as HTMLSelectElement).value as Value)
      }
    >
      {options.map((option) => (
        <vscode-option
          key={option.value}
          value={option.value}
          selected={option.value === value}
          disabled={option.unavailable !== undefined}
          title={option.unavailable}
        >
          {option.label}
        </vscode-option>
      ))}
    </vscode-dropdown>
  );
}

export interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, onChange, children }: CheckboxProps) {
  return (
    <vscode-checkbox
      checked={checked}
      onChange={(event: Event) => {
        const now = (event.currentTarget as HTMLInputElement).checked;
        // The element also reports changes made from here.
        if (now !== checked) onChange(now);
      }}
    >
      {children}
    </vscode-checkbox>
  );
}

/** Names a text field. As it is put into the page the element names itself “Text field”, whatever it was called before. */
function useFieldName(field: RefObject<HTMLElement>, label: string): void {
  useLayoutEffect(() => field.current?.setAttribute('aria-label', label));
}

export interface EntryFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly onEnter: (text: string) => void;
}

/** A field whose text is taken with Enter alone, and gone then. */
export function EntryField({ label, placeholder, onEnter }: EntryFieldProps) {
  const element = useRef<HTMLElement>(null);
  useFieldName(element, label);
  return (
    <vscode-text-field
      ref={element}
      placeholder={placeholder}
      onKeyDown={(event: KeyboardEvent) => {
        const field = event.currentTarget as HTMLInputElement;
        // An Enter that ends the composition of a character is not meant for the field.
        if (event.key !== 'Enter' || event.isComposing || field.value === '') return;
        onEnter(field.value);
        field.value = '';
      }}
    />
  );
}

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
}

/** What is being typed stays there until `value` changes, whatever else is drawn anew meanwhile. */
export function TextField({ label, value, placeholder, onChange }: TextFieldProps) {
  const element = useRef<HTMLInputElement>(null);
  useFieldName(element, label);
  useLayoutEffect(() => {
    if (element.current !== null) element.current.value = value;
  }, [value]);
  return (
    <vscode-text-field
      ref={element as RefObject<HTMLElement>}
      placeholder={placeholder}
      onChange={(event: Event) => onChange((event.currentTarget as HTMLInputElement).value)}
    />
  );
}
