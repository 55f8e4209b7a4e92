/** Polls for at most 20 s until the answer fits: for states that change a moment after a board's message. */
export async function until<T>(ask: () => Promise<T>, fits: (answer: T) => unknown = Boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (tries > 400) throw new Error(`never so: ${JSON.stringify(answer)}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
