// What plotly is told to draw: traces and layout, worked out of data alone.

export const LANE_PX = 18
export const RIGHT_PX = 12
const BOTTOM_PX = 34
const LEFT_PX = 86
const LEFT_NAMED_PX = 168
const MANY = 4
const LEAST_PX = 100
const LEAST_ROW_PX = 36
// Told apart on white and on black; far from the authors' hues only where twelve leave room.
const COLOURS = ["#4477AA", "#CC6633", "#3D9970", "#AA3377", "#8C8C00", "#5566CC", "#B0413E", "#2E8B9A", "#9467BD", "#7F7F7F", "#A0722A", "#D06FA8"]
const LINKED_INK = 0.5 // another series is fainter than the one that is looked at
const OVERLAY_WEIGHT = 2
const HOVER_TIME = "%{x|%Y-%m-%d %H:%M:%S.%L}<br>"

export function padded([low, high]) {
  const pad = (high - low || 1) * 0.005
  return [low - pad, high + pad]
}

export function withAlpha(colour, alpha) {
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3) ?? [128, 128, 128]
  return `rgba(${parts.join(",")},${alpha})`
}

// Many rows are too low for names inside them: these stand left of the scale.
export function named(data) {
  return data.layout !== "overlay" && data.rows.length + data.linked.length > MANY
}

export function leftOf(data) {
  return named(data) ? LEFT_NAMED_PX : LEFT_PX
}

export function colourOf(index) {
  return COLOURS[index % COLOURS.length]
}

export function axisName(index) {
  return index ? `yaxis${index + 1}` : "yaxis"
}

// The axis that a row is drawn on: its own, or in one scale for all the first.
export function axisOf(data, row) {
  return data.layout === "overlay" && !data.normalise ? 0 : row
}

// The rows of the picture: one per own channel, or one for all; then one per channel of another
// series, which has no channel of this one. `axis` is the y axis a row is drawn on.
export function panesOf(data) {
  const each = data.rows.map((row, index) => ({ channels: [row.channel], title: row.title, axis: index, linked: false }))
  const one = [{ channels: data.rows.map((row) => row.channel), title: "", axis: 0, linked: false }]
  const linked = data.linked.map((row, index) => ({ channels: [], title: row.title, axis: data.rows.length + index, linked: true }))
  return [...(data.layout === "overlay" ? one : each), ...linked]
}

export function heightOf(data, room) {
  if (!data.reserve) return data.height
  return Math.max(Math.min(room, data.height), LEAST_PX + LEAST_ROW_PX * panesOf(data).length)
}

export function traces(data, groups, ink) {
  const overlay = data.layout === "overlay"
  const own = data.rows.map((row, index) => ({
    ...line(data, groups[0][index], index),
    line: { width: 1.2, color: overlay ? colourOf(index) : ink },
    hovertemplate: hover(data, overlay ? row.bare : "", row.unit),
  }))
  // A line of one sample, or between two gaps, has no length: it is drawn as a dot.
  const ghosts = data.ghosts.flatMap((ghost, number) =>
    data.rows.map((row, index) => ({
      ...line(data, groups[number + 1][index], index),
      line: { width: 1, color: overlay ? colourOf(index) : ink, dash: "2px,2px" },
      opacity: 0.45,
      hovertemplate: hover(data, ghost.label, row.unit),
    })),
  )
  const linked = data.linked.map((row, index) => ({
    ...line(data, groups.at(-1)[index], data.rows.length + index),
    line: { width: 1, color: ink },
    opacity: LINKED_INK,
    hovertemplate: hover(data, row.bare, row.unit, "its sample"),
  }))
  return [...ghosts, ...own, ...linked]
}

function line(data, { i, x, y }, index) {
  const axis = index < data.rows.length ? axisOf(data, index) : index
  return {
    type: "scatter",
    mode: lonely(i) ? "lines+markers" : "lines",
    marker: { size: lonely(i) ? alone(i) : 0 },
    x,
    y,
    customdata: i,
    xaxis: "x",
    yaxis: axis ? `y${axis + 1}` : "y",
    connectgaps: false,
  }
}

function isAlone(i, k) {
  return i[k] >= 0 && !(i[k - 1] >= 0) && !(i[k + 1] >= 0)
}

function lonely(i) {
  return i.some((_, k) => isAlone(i, k))
}

function alone(i) {
  return Array.from(i, (_, k) => (isAlone(i, k) ? 3.5 : 0))
}

function hover(data, label, unit, sample = "sample") {
  const name = label ? `<b>${escaped(label)}</b><br>` : ""
  const time = data.kind === "time" ? HOVER_TIME : data.kind === "seconds" ? "%{x:.9~g} s<br>" : ""
  return `${name}%{y:.6~g}${unit ? ` ${escaped(unit)}` : ""}<br>${time}${sample} %{customdata:,d}<extra></extra>`
}

// Names come from files: plotly must not read them as markup or as places of its template.
function escaped(text) {
  return text.replace(/[<>&%{}]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[sign] ?? " ")
}

// `ranges` are the rows' values from bottom to top; `xrange` goes back exactly as plotly had it.
export function layout(data, style, height, xrange, ranges) {
  const ink = style.color
  const faint = withAlpha(ink, 0.11)
  const top = data.lanes.length * LANE_PX + 8
  const inner = Math.max(height - top - BOTTOM_PX, 40)
  const axes = {}
  const panes = panesOf(data)
  const places = domains(panes, data.layout === "overlay" ? OVERLAY_WEIGHT : 1, inner)
  data.rows.forEach((_, index) => {
    if (axisOf(data, index) !== index) return
    const over = data.layout === "overlay" && index > 0
    axes[axisName(index)] = {
      domain: places[data.layout === "overlay" ? 0 : index],
      anchor: "x",
      ...(over ? { overlaying: "y", visible: false } : {}),
      range: ranges[index],
      fixedrange: true,
      zeroline: false,
      showgrid: !over && !named(data),
      gridcolor: faint,
      tickfont: { size: 10.5 },
      nticks: ticksIn((places[over ? 0 : index][1] - places[over ? 0 : index][0]) * inner),
      automargin: false,
      ...(data.layout === "overlay" && data.normalise && !over ? shares(data.rows[0].range) : {}),
    }
  })
  panes.forEach(({ linked, axis }, place) => {
    if (!linked) return
    axes[axisName(axis)] = {
      domain: places[place],
      anchor: "x",
      range: ranges[axis],
      fixedrange: true,
      zeroline: false,
      showgrid: !named(data),
      gridcolor: faint,
      tickfont: { size: 10.5, color: withAlpha(ink, 0.7) },
      nticks: ticksIn((places[place][1] - places[place][0]) * inner),
      automargin: false,
    }
  })
  const last = panes.at(-1).axis
  const [low, high] = padded(data.extent)
  return {
    ...axes,
    height,
    autosize: true,
    margin: { l: leftOf(data), r: RIGHT_PX, b: BOTTOM_PX, t: top },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: style.fontFamily, size: 11, color: ink },
    showlegend: false,
    hovermode: "closest",
    hoverdistance: 30,
    hoverlabel: { font: { size: 11, family: style.fontFamily } },
    dragmode: data.mode === "pan" ? "pan" : "zoom",
    xaxis: {
      type: data.kind === "time" ? "date" : "linear",
      range: xrange,
      minallowed: low,
      maxallowed: high,
      anchor: last ? `y${last + 1}` : "y",
      zeroline: false,
      gridcolor: faint,
      tickformat: data.kind === "samples" ? ",d" : undefined,
      automargin: false,
    },
  }
}

// Shares of the height from top to bottom; the first pane weighs `weight` of the others.
function domains(panes, weight, inner) {
  const count = panes.length
  const gap = count > 1 ? (count > 6 ? 5 : 10) / inner : 0
  const share = (1 - gap * (count - 1)) / (count - 1 + weight)
  return panes.map((_, index) => {
    const high = index ? 1 - share * (index - 1 + weight) - gap * index : 1
    return [Math.max(high - share * (index ? 1 : weight), 0), high]
  })
}

function ticksIn(pixels) {
  return pixels < 44 ? 2 : pixels < 80 ? 3 : pixels < 160 ? 4 : 6
}

// Channels from least to greatest: the scale is the share of that way.
function shares(range) {
  if (!range) return {}
  const [low, high] = range
  return { tickmode: "array", tickvals: [0, 0.5, 1].map((share) => low + share * (high - low)), ticktext: ["least", "half", "greatest"] }
}
