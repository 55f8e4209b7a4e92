import { EnrolmentModeCard } from '../pending/enrolment-mode.tsx'
import { Removed } from './removed.tsx'
import '../../styles/pending.css'

export default function Enrolment() {
  return (
    <>
      <EnrolmentModeCard />
      <Removed />
    </>
  )
}
