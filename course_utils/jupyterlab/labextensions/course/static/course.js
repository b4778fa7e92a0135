// What the course adds to JupyterLab: two things that its settings cannot do.
//
// 1. A picture gets the description that its cell carries (`alt` in the cell's metadata), for
//    readers who hear the page. JupyterLab itself gives pictures none.
// 2. Where the kernel cannot be reached for a while, as with a browser or a proxy that lets no
//    WebSocket through, a sentence says what to do. JupyterLab itself only says "Connecting".
//
// This is the form in which JupyterLab loads an extension (module federation), written by hand.

"use strict";

const WATCH_SECONDS = 5;
const PATIENCE_SECONDS = 20; // a kernel may take this long to start
const UNREACHABLE =
    "Nothing runs: the browser has no connection to the kernel. Most often something lets no " +
    "WebSocket through. Try another browser, or a private window without extensions; over SSH, " +
    "the tunnel of the README. What you write is saved all the same (Ctrl-S).";

function notebook(app) {
    const widget = app.shell.currentWidget;
    return widget?.content?.widgets && widget.sessionContext ? widget : null;
}

function describe(app) {
    for (const cell of notebook(app)?.content.widgets ?? []) {
        const alt = cell.model.getMetadata("alt");
        if (alt) {
            for (const picture of cell.node.querySelectorAll(".jp-OutputArea-output img")) {
                if (picture.alt !== alt) picture.alt = alt;
            }
        }
    }
}

function watchPictures(app) {
    let waits = false;
    new MutationObserver(() => {
        if (waits) return;
        waits = true;
        setTimeout(() => { waits = false; describe(app); }, 200);
    }).observe(document.body, { childList: true, subtree: true });
}

function watchKernel(app) {
    let without = 0; // seconds
    let notice = null; // its id, while it is shown
    setInterval(async () => {
        const kernel = notebook(app)?.sessionContext.session?.kernel;
        without = kernel && kernel.connectionStatus !== "connected" ? without + WATCH_SECONDS : 0;
        if (without >= PATIENCE_SECONDS && notice === null) {
            notice = ""; // asked for
            notice = await app.commands.execute("apputils:notify", {
                message: UNREACHABLE,
                type: "warning",
                options: { autoClose: false },
            });
        } else if (without === 0 && notice) {
            await app.commands.execute("apputils:dismiss-notification", { id: notice });
            notice = null;
        }
    }, 1000 * WATCH_SECONDS);
}

const plugin = {
    id: "course:plugin",
    description: "Descriptions of pictures, and a word when the kernel cannot be reached",
    autoStart: true,
    activate(app) {
        app.restored.then(() => {
            watchPictures(app);
            watchKernel(app);
        });
    },
};

var _JUPYTERLAB = window._JUPYTERLAB ?? (window._JUPYTERLAB = {});
_JUPYTERLAB["course"] = {
    init() {},
    async get() { return () => ({ __esModule: true, default: plugin }); },
};
