"""The operators' side, over HTTP with a bearer token: a blueprint of Flask."""

import hmac
import time

from flask import Blueprint, abort, jsonify, request


def text_of(value):
    if not isinstance(value, str):
        abort(400)
    value.encode()
    return value


def operators(module, control_token):
    routes = Blueprint("control", __name__, url_prefix="/control")
    expected = f"Bearer {control_token}".encode()

    @routes.before_request
    def authorize():
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            abort(401)

    @routes.post("/publish")
    def publish():
        module.publish(text_of(request.json["text"]))
        return "", 204

    @routes.post("/revoke")
    def revoke():
        module.revoke(text_of(request.json["jti"]), time.time())
        return "", 204

    @routes.post("/fault")
    def fault():
        if request.json.get("what") != "decoder":
            abort(404)
        module.verifier.broken = request.json.get("broken") is True
        return "", 204

    @routes.get("/inspect")
    def inspect():
        return jsonify(module.inspect(request.args.get("since", 0, int)))

    return routes
