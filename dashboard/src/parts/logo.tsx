/** The logo of Darvaza: a four-centred arch with its door ajar. */
export function Logo({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <path
        className="logo-wall"
        d="M5.500 28V14.800C5.500 9 10.600 6.700 16 3c5.400 3.700 10.500 6 10.500 11.800V28"
      />
      <path
        className="logo-light"
        d="M11.200 28v-11c0-3 2.300-4.400 4.800-6.200 2.500 1.800 4.800 3.200 4.800 6.200v11z"
      />
    </svg>
  )
}

/** A row of arches for places that have nothing to show yet. */
export function Arcade({ lit = false }: { lit?: boolean }) {
  return (
    <svg viewBox="0 0 240 96" className="arcade" data-lit={lit} aria-hidden="true" preserveAspectRatio="xMidYMax meet">
      {[24, 120, 216].map((x, index) => (
        <g key={x} transform={`translate(${x} 96)`} className={index === 1 ? 'arcade-middle' : undefined}>
          <path d="M-34 0v-46c0-20 18-28 34-42 16 14 34 22 34 42V0" />
          <path d="M-24 0v-42c0-14 12-20 24-31 12 11 24 17 24 31V0" />
        </g>
      ))}
    </svg>
  )
}
