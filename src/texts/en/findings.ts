import type { FindingTexts } from '../finding-texts.ts'

export const findings: FindingTexts = {
  token_shared: {
    title: 'One token, two boards',
    needs: 'two boards that push each other out',
    say: ({ times = 0, addresses = 1 }, write) => ({
      sentence: 'Another board uses its token.',
      evidence: [
        times > 0
          ? `${write.number(times)} times a newcomer with its token pushed it out while it was alive and answered.`
          : 'Two live addresses kept pushing each other out.',
        addresses > 1 ? `They came from ${write.number(addresses)} addresses.` : 'Both came from one address.',
      ],
      remedy:
        'Give this board a token of its own: rotate its token, put the new one on the right board, and end the old one.',
    }),
  },
  brown_out: {
    title: 'Brown-out',
    needs: 'reboots, and orders that draw a current',
    say: ({ times = 0, of = 0, said = 0 }, write) => ({
      sentence:
        said > 0 ? 'Its supply gives way: the board says so itself.' : 'It reboots when something draws a current.',
      evidence: [
        said > 0
          ? `${write.number(said)} times it named a brown-out as the reason of its start.`
          : `${write.number(times)} of ${write.number(of)} reboots came within 10 s of a servo move or another order.`,
      ],
      remedy:
        'Give the servos or the lamp a supply of their own (5 V, 2 A) with common ground, a short thick cable, and 470 µF or more across the supply, near the board.',
    }),
  },
  rebooting: {
    title: 'Reboots',
    needs: 'an `uptime` or a `timestamp` in what the board says',
    say: ({ times = 0, everyMs = 0, regular = 0 }, write) => ({
      sentence:
        regular === 1
          ? `It reboots every ${write.time(everyMs)}.`
          : `It reboots again and again, about every ${write.time(everyMs)}.`,
      evidence: [`Its clock jumped back ${write.number(times)} times, and nobody had ordered it.`],
      remedy:
        regular === 1
          ? 'So regular is a timer: look for a watchdog that nobody feeds, or a scheduled restart in the firmware.'
          : 'Look at the supply first: another adapter, a shorter cable. Then at the serial log for a panic or a watchdog.',
    }),
  },
  memory_leak: {
    title: 'Memory leak',
    needs: '`memory_free` in what the board says, for ten minutes without a reboot',
    say: ({ from = 0, to = 0, overMs = 0, perHour = 0, emptyInMs = 0 }, write) => ({
      sentence: `Its free memory falls by ${write.bytes(perHour)} an hour and is used up in about ${write.time(emptyInMs)}.`,
      evidence: [
        `From ${write.bytes(from)} to ${write.bytes(to)} free in ${write.time(overMs)}, steadily, with no reboot between.`,
      ],
      remedy:
        'Something in its firmware is taken and never given back: a list that only grows, strings built in a loop, sockets that are not closed. Until that is found, let it reboot once a day.',
    }),
  },
  idle_cut: {
    title: 'Cut when idle',
    needs: 'three ends of its line that look alike',
    say: ({ times = 0, idleMs = 0, heldMs = 0, held = 0, proxied = 0 }, write) => ({
      sentence:
        held === 1
          ? `Something on the way cuts its line after ${write.time(idleMs)} of silence; the gateway now speaks more often, and the line holds.`
          : `Something on the way cuts its line after ${write.time(idleMs)} of silence.`,
      evidence: [
        `${write.number(times)} ends without a word, each after the same silence of ${write.time(idleMs)}, and no reboot behind them.`,
        ...(heldMs > 0 ? [`None for ${write.time(heldMs)}, since the gateway speaks just often enough.`] : []),
      ],
      remedy:
        proxied === 1
          ? 'Raise the idle timeout of your proxy: proxy_read_timeout and proxy_send_timeout in nginx, timeout tunnel in HAProxy. One hour is right for boards.'
          : 'Raise the idle timeout of the router, firewall or provider between the board and here, if you can. The gateway keeps the line alive meanwhile.',
    }),
  },
  half_open: {
    title: 'Vanishes without a word',
    needs: 'three lines that fell silent',
    say: ({ times = 0, unheardMs = 0 }, write) => ({
      sentence: 'It vanishes without a word, and its old line lies open.',
      evidence: [
        `${write.number(times)} times nothing was heard for ${write.time(unheardMs)} before the line was given up or the board was back.`,
      ],
      remedy:
        'Its Wi-Fi drops, or its power does. Move it or the access point, fix its channel to 1, 6 or 11, and let the firmware redial after 30 s without a word.',
    }),
  },
  flapping: {
    title: 'Comes and goes',
    needs: 'five ends by the board itself',
    say: ({ times = 0, lastedMs = 0, code = 0 }, write) => ({
      sentence: 'It hangs up and comes back, over and over.',
      evidence: [
        `${write.number(times)} times it closed the line itself, after ${write.time(lastedMs)}, the last time with code ${code}.`,
        'It did not reboot in between.',
      ],
      remedy:
        'Its firmware closes on purpose: look in its log for what comes before, often a timeout that is shorter than the keep-alive.',
    }),
  },
  wifi_stalls: {
    title: 'Wi-Fi power saving',
    needs: 'pings, for ten minutes',
    say: ({ times = 0, forMs = 0, worstMs = 0, everyMs = 0, share = 0 }, write) => ({
      sentence: `It is there and does not answer for ${write.time(forMs)}, about every ${write.time(everyMs)}: its Wi-Fi sleeps.`,
      evidence: [
        `${write.number(times)} stalls, the longest ${write.time(worstMs)}, ${write.percent(share)} of its time online.`,
        'None of them while a servo moved.',
      ],
      remedy:
        'Switch power saving off: WiFi.setSleep(false) on an ESP32, wlan.config(pm=network.WLAN.PM_NONE) on a Pico W.',
    }),
  },
  weak_signal: {
    title: 'Weak signal',
    needs: '`rssi` in what the board says',
    say: ({ dbm = 0, least = 0 }, write) => ({
      sentence: `Its Wi-Fi signal is weak: ${write.number(dbm)} dBm.`,
      evidence: [`The weakest was ${write.number(least)} dBm. Above -67 is good, below -75 unreliable.`],
      remedy: 'Bring the board or an access point nearer, turn its antenna free of metal, or give it an external one.',
    }),
  },
  camera_starving: {
    title: 'Camera starves',
    needs: 'pictures, for ten minutes in one setting',
    say: ({ before = 0, now = 0, sizeBefore = 0, sizeNow = 0, dbm }, write) => ({
      sentence: `Its pictures starve on the way: ${write.number(now, 1)} a second instead of ${write.number(before, 1)}.`,
      evidence: [
        dbm === undefined ? 'The line stalls meanwhile.' : `The signal is at ${write.number(dbm)} dBm meanwhile.`,
        ...(sizeNow < sizeBefore * 0.6
          ? [`They shrank from ${write.bytes(sizeBefore)} to ${write.bytes(sizeNow)}.`]
          : []),
      ],
      remedy:
        'Strengthen its Wi-Fi, or ask less of it: a smaller resolution, a lower quality, fewer pictures a second.',
    }),
  },
  desync: {
    title: 'Stream out of step',
    needs: 'a connection',
    say: ({ times = 0 }, write) => ({
      sentence: 'Its stream falls out of step: bytes arrive that are no WebSocket.',
      evidence: [`${write.number(times)} times the line had to be closed for it (1002).`],
      remedy:
        'A write was cut short: the firmware must look at how many bytes were taken and send the rest. ArduinoWebsockets gives a picture up half written when the line is full for 10 s: send smaller or fewer pictures, or strengthen the signal.',
    }),
  },
  garbage: {
    title: 'Unreadable messages',
    needs: 'messages',
    say: ({ pieces = 0 }, write) => ({
      sentence: 'It sends what nobody can read.',
      evidence: [`${write.number(pieces)} texts that are no JSON, or binaries that are no picture.`],
      remedy:
        'Build JSON with a library, not by hand: an unescaped quote is enough. Of pictures, send only whole JPEGs.',
    }),
  },
  clock_unset: {
    title: 'Clock not set',
    needs: 'a `timestamp` in what the board says',
    say: ({ shows = 0, set = 0 }, write) => ({
      sentence: set === 1 ? 'Its clock is wrong.' : 'Its clock was never set.',
      evidence: [`It says ${write.date(shows)}. Here nothing depends on it: every message bears the time it arrived.`],
      remedy: 'Should the board need the time itself, let it ask: {"type":"time"} is answered with UTC and the zone.',
    }),
  },
}
