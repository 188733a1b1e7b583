// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright: (c) 2026, the intransit.tls contributors
// A login page of Express with sessions and helmet, which knows nothing of a proxy; X-Told is what it was told of the protocol.
const express = require("express");
const helmet = require("helmet");
const session = require("express-session");

const app = express();
app.use(helmet());
app.use(session({name: "sid", secret: "for tests", resave: false, saveUninitialized: true, cookie: {secure: "auto"}}));
app.get("/", (request, reply) => {
    const greeting = request.session.known ? "welcome back" : "please log in";
    request.session.known = true;
    reply.set("X-Told", String(request.headers["x-forwarded-proto"]));
    reply.send(`<p>${greeting}</p><form action=/login method=post><input type=password></form>\n`);
});
app.listen(3000, "127.0.0.1");
