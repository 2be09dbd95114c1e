// The plotly picture: one row per channel over one shared axis. Intervals are not plotly's: they lie
// in an overlay, so that lighting one never redraws a line.

import { element } from "./dom.js"
import { Overlay } from "./overlay.js"

const LANE_PX = 18
const ROW_GAP_PX = 10
const MARGIN = { l: 86, r: 12, b: 36 }
const LEAST_PX = 100
const LEAST_ROW_PX = 36
let library

export class Plot {
  constructor(host, handlers) {
    this.handlers = handlers
    this.graph = element("div", "us-graph")
    this.caption = element("div", "us-caption")
    host.append(this.graph, this.caption)
    this.overlay = new Overlay(host, this.graph, {
      ...handlers,
      zoom: (factor, at) => this.zoom(factor, at),
    })
    this.resizer = new ResizeObserver(() => this.resize())
    this.resizer.observe(host)
    this.onWindow = () => this.resize()
    window.addEventListener("resize", this.onWindow)
  }

  async draw(data) {
    const plotly = await loadPlotly(data.assets.plotly)
    this.plotly = plotly
    this.data = data
    this.caption.textContent = data.xtitle
    this.overlay.clear() // its rows may not be plotly's rows until this picture stands
    await plotly.react(this.graph, traces(data, this.graph), layout(data, this.graph, heightOf(data, this.handlers.room())), {
      displayModeBar: false,
      scrollZoom: true,
      doubleClick: "reset",
      responsive: false,
    })
    if (!this.wired) this.wire()
    this.overlay.build(data)
  }

  wire() {
    this.wired = true
    this.graph.on("plotly_relayouting", () => this.overlay.place())
    this.graph.on("plotly_afterplot", () => this.overlay.place())
    this.graph.on("plotly_relayout", () => {
      this.overlay.place()
      this.handlers.visible(this.visible())
    })
  }

  visible() {
    const axis = this.graph._fullLayout.xaxis
    return { low: axis.p2l(0), high: axis.p2l(axis._length) }
  }

  home() {
    if (!this.plotly) return
    const [low, high] = padded(this.data.extent)
    this.plotly.relayout(this.graph, { "xaxis.range": [low, high] })
  }

  zoom(factor, at) {
    const { low, high } = this.visible()
    const range = [at - (at - low) * factor, at + (high - at) * factor]
    this.plotly.relayout(this.graph, { "xaxis.range": range })
  }

  resize() {
    if (!this.graph._fullLayout) return
    const height = heightOf(this.data, this.handlers.room())
    if (height === this.graph._fullLayout.height) this.plotly.Plots.resize(this.graph)
    else this.draw(this.data)
  }

  destroy() {
    this.resizer.disconnect()
    window.removeEventListener("resize", this.onWindow)
    this.overlay.destroy()
    if (this.graph._fullLayout) this.plotly.purge(this.graph)
  }
}

function loadPlotly(url) {
  library ??= new Promise((resolve, reject) => {
    const script = element("script")
    script.src = url
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no plotly")))
    script.onerror = () => reject(new Error(`${url} could not be loaded`))
    document.head.append(script)
  })
  return library
}

function padded([low, high]) {
  const pad = (high - low || 1) * 0.005
  return [low - pad, high + pad]
}

function traces(data, graph) {
  const ink = getComputedStyle(graph).color
  return data.rows.map((row, index) => ({
    type: "scatter",
    mode: "lines",
    x: row.x,
    y: row.y,
    customdata: row.i,
    xaxis: "x",
    yaxis: index ? `y${index + 1}` : "y",
    line: { width: 1.2, color: ink },
    connectgaps: false,
    hovertemplate: `%{y:.6~g}<br>sample %{customdata}<extra></extra>`,
  }))
}

function heightOf(data, room) {
  if (!data.reserve) return data.height
  return Math.max(Math.min(room, data.height), LEAST_PX + LEAST_ROW_PX * data.rows.length)
}

function layout(data, graph, height) {
  const style = getComputedStyle(graph)
  const ink = style.color
  const faint = withAlpha(ink, 0.13)
  const top = data.lanes.length * LANE_PX + 6
  const count = data.rows.length
  const inner = Math.max(height - top - MARGIN.b, 40)
  const gap = count > 1 ? ROW_GAP_PX / inner : 0
  const share = (1 - gap * (count - 1)) / count
  const axes = {}
  for (let index = 0; index < count; index++) {
    const high = 1 - index * (share + gap)
    axes[index ? `yaxis${index + 1}` : "yaxis"] = {
      domain: [Math.max(high - share, 0), high],
      anchor: "x",
      fixedrange: true,
      zeroline: false,
      gridcolor: faint,
      nticks: count > 3 ? 3 : 5,
      automargin: false,
    }
  }
  return {
    ...axes,
    height,
    autosize: true,
    margin: { ...MARGIN, t: top },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: style.fontFamily, size: 11, color: ink },
    showlegend: false,
    hovermode: "closest",
    hoverdistance: 30,
    dragmode: data.mode === "pan" ? "pan" : "zoom",
    uirevision: data.view, // the same view keeps the person's zoom, another starts at its range
    xaxis: {
      type: data.kind === "time" ? "date" : "linear",
      range: padded(data.extent),
      anchor: count > 1 ? `y${count}` : "y",
      zeroline: false,
      gridcolor: faint,
      automargin: false,
    },
  }
}

function withAlpha(colour, alpha) {
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3) ?? [128, 128, 128]
  return `rgba(${parts.join(",")},${alpha})`
}
