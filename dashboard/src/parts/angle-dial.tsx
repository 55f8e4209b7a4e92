import { useFormat } from '../format.ts'
import './angle-dial.css'

interface DialProps {
  label: string
  /** 0 to 180 degrees; undefined while it is not known. */
  angle: number | undefined
}

/** The angle of a servo on half a circle. */
export function Dial({ label, angle }: DialProps) {
  const format = useFormat()
  const turn = ((angle ?? 90) * Math.PI) / 180
  const x = 50 - Math.cos(turn) * 38
  const y = 52 - Math.sin(turn) * 38
  return (
    <div className="dial" data-known={angle !== undefined}>
      <svg viewBox="0 0 100 60" aria-hidden="true">
        <path className="dial-arch" d="M12 52a38 38 0 0 1 76 0" />
        {angle !== undefined && (
          <>
            <path className="dial-swept" d={`M12 52A38 38 0 0 1 ${x.toFixed(2)} ${y.toFixed(2)}`} />
            <path className="dial-needle" d={`M50 52L${x.toFixed(2)} ${y.toFixed(2)}`} />
            <circle className="dial-tip" cx={x} cy={y} r="4.500" />
          </>
        )}
        <circle className="dial-hub" cx="50" cy="52" r="3" />
      </svg>
      <span className="dial-label">{label}</span>
      <strong>{angle === undefined ? '–' : format.degrees(angle)}</strong>
    </div>
  )
}
