import { createTheme, type MantineColorsTuple } from '@mantine/core'

const tile: MantineColorsTuple = [
  '#e6f6f4',
  '#cdebe7',
  '#a0d9d3',
  '#6fc6be',
  '#57cbc2',
  '#2ba39a',
  '#148f88',
  '#0b6e6b',
  '#075956',
  '#054544',
]
const rose: MantineColorsTuple = [
  '#fdefec',
  '#f9dbd6',
  '#f4bdb5',
  '#f2a79d',
  '#f29c92',
  '#d9594d',
  '#c0443a',
  '#a8322b',
  '#8a2620',
  '#6d1c17',
]

export const theme = createTheme({
  primaryColor: 'tile',
  primaryShade: { light: 7, dark: 4 },
  colors: { tile, rose },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 350, events: { hover: true, focus: true, touch: false } } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.45 },
        // The modal's <header> would count as a second banner of the page for screen readers.
        attributes: { header: { role: 'presentation' } },
      },
    },
    // ARIA does not allow the focus placeholder as a child of a menu.
    Menu: { defaultProps: { shadow: 'md', radius: 'md', withInitialFocusPlaceholder: false } },
  },
})
