/// What the playground looks like.
extension PlaygroundText {
    static let style = """
        :root { color-scheme: light dark; --line: #8886; --back: #8881; }
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        label { display: inline-block; margin: 0 1rem .5rem 0; }
        input, select, button, textarea { font: inherit; max-width: 100%; box-sizing: border-box; }
        label { max-width: 100%; }
        .tools { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
        textarea, pre, .hex { font-family: ui-monospace, monospace; font-size: .9rem; }
        textarea { width: 100%; }
        pre { background: var(--back); border: 1px solid var(--line); padding: .6rem; overflow-x: auto; white-space: pre-wrap;
          overflow-wrap: anywhere; margin: .5rem 0; }
        .error { color: #c22; font-weight: 600; }
        #bits { display: flex; flex-wrap: wrap; gap: .35rem; font-family: ui-monospace, monospace; font-size: .8rem; }
        .byte { border: 1px solid var(--line); border-radius: 3px; overflow: hidden; text-align: center; }
        .byte b { display: block; font-weight: 400; background: var(--back); }
        .byte span { display: inline-block; width: .75rem; padding: .15rem 0; color: #111; }
        #legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: .5rem 0; font-size: .85rem; }
        #legend i { display: inline-block; width: .9rem; height: .9rem; margin-right: .3rem; vertical-align: -.1rem;
          border: 1px solid var(--line); }
        .command { border: 1px solid var(--line); border-radius: 4px; padding: .5rem .7rem; margin: .4rem 0; }
        svg text { fill: currentColor; font-size: 11px; }
        """

    static let body = """
        <h1>p1lora payloads</h1>
        <p>This page works without a network: nothing that you paste leaves it.</p>
        <h2>Take a message apart</h2>
        <p><label>Example <select id="example"><option value="">choose…</option></select></label>
        <label>Direction <select id="direction"><option>uplink</option><option>downlink</option></select></label>
        <label>FPort <input id="port" type="number" min="1" max="223" value="1" size="4"></label></p>
        <label for="payload">Payload: hexadecimal digits, base64, a list of bytes, or an event of The Things Stack or
        ChirpStack</label>
        <textarea id="payload" rows="2" spellcheck="false" autocomplete="off"></textarea>
        <p id="problem" class="error" role="alert"></p>
        <div id="bits" aria-label="the bits, coloured by field"></div>
        <div id="legend"></div>
        <div id="chart"></div>
        <pre id="json" aria-live="polite"></pre>
        <p class="tools"><button id="copy-json" type="button">Copy</button> <a id="link" href="#">Link to this message</a></p>
        <h2>Build a downlink</h2>
        <p><label>Sequence number <input id="sequence" type="number" min="0" max="4095"></label>
        <label>Command <select id="command"></select></label> <button id="add" type="button">Add</button></p>
        <div id="commands"></div>
        <p id="refusal" class="error" role="alert"></p>
        <pre id="downlink"></pre>
        <p class="tools"><button id="copy-downlink" type="button">Copy</button></p>
        <details><summary>Messages for the server's MQTT broker</summary>
        <p><label>DevEUI <input id="dev-eui" size="18" placeholder="70b3d57ed0001234"></label>
        <label>Application <input id="application" size="18"></label>
        <label>Device (The Things Stack) <input id="device" size="18"></label>
        <label>Tenant (The Things Stack) <input id="tenant" size="10" value="ttn"></label></p>
        <pre id="mqtt"></pre>
        <p class="tools"><button id="copy-mqtt" type="button">Copy</button></p></details>
        """
}
