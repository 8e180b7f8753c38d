import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import config from './svelte.config.js';

/** Who may import whom: `message` says why, because a rule that only forbids is switched off. */
const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only src/ipc talks to Tauri, so that every view also runs against the fake host.',
};
const views = ['alarms', 'device', 'explore', 'find', 'home', 'plant', 'settings', 'trends', 'welcome'];

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/ipc/gen/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: globals.browser } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig: config } },
  },
  {
    rules: {
      // TypeScript itself tells unknown names.
      'no-undef': 'off',
      // Hash routes need no base path.
      'svelte/no-navigation-without-resolve': 'off',
      // Collections that are rebuilt, not observed, need no reactive twin.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/ipc/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [tauri] }] },
  },
  {
    files: ['src/parts/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            tauri,
            {
              regex: '/(views|live|frame)/|/router\\.svelte$|/page\\.svelte$',
              message: 'A part knows neither a view nor the live state: what it shows comes in as props.',
            },
            {
              regex: '/ipc/(?!gen/)',
              message: 'A part never asks the shell; only the generated types of ipc/gen are for it.',
            },
          ],
        },
      ],
    },
  },
  ...views.map((view) => ({
    files: [`src/views/${view}/**`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            tauri,
            {
              regex: `\\.\\./(?:${views.filter((v) => v !== view).join('|')})/|/views/(?!${view}/)`,
              message: 'A view imports no other view: what both need belongs into parts/, format/ or live/.',
            },
          ],
        },
      ],
    },
  })),
  {
    files: ['src/**/*.svelte', 'src/views/**', 'src/parts/**', 'src/frame/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "AssignmentExpression[left.type='MemberExpression'][left.object.type='CallExpression'][left.object.callee.name='value']",
          message: 'Only live/ writes values.',
        },
        {
          selector: "ImportDeclaration[source.value=/live\\/values/] > ImportSpecifier[imported.name='applyFrame']",
          message: 'Only live/ writes values.',
        },
      ],
    },
  },
);
