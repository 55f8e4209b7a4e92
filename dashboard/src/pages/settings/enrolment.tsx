import { Mode } from '../gate/mode.tsx'
import '../../styles/gate.css'

export default function Enrolment() {
  return <Mode />
}
