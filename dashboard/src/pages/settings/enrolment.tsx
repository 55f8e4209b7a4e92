import { EnrolmentMode } from '../gate/mode.tsx'
import { Removed } from './removed.tsx'
import '../../styles/gate.css'

export default function Enrolment() {
  return (
    <>
      <EnrolmentMode />
      <Removed />
    </>
  )
}
