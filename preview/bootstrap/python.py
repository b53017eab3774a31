# Runs a handler as Lambda's runtime for Python does: it asks the Runtime API
# for events and posts what the handler answers.
import importlib
import json
import os
import sys
import time
import traceback
from http.client import HTTPConnection

api = os.environ["AWS_LAMBDA_RUNTIME_API"]
root = os.environ["LAMBDA_TASK_ROOT"]
base = "/2018-06-01/runtime/"


def call(method, name, body=None, headers=None):
    connection = HTTPConnection(api)
    try:
        connection.request(method, base + name, body, headers or {})
        response = connection.getresponse()
        return response.headers, response.read()
    finally:
        connection.close()


def fail(name, error):
    kind, value, tb = error
    d = {
        "errorMessage": str(value),
        "errorType": kind.__name__,
        "stackTrace": traceback.format_list(traceback.extract_tb(tb)[1:]),
    }
    traceback.print_exception(kind, value, tb)
    call("POST", name, json.dumps(d), {"Lambda-Runtime-Function-Error-Type": kind.__name__})


class Context:
    def __init__(self, headers):
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


def load():
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    sys.path.insert(0, root)
    return getattr(importlib.import_module(module.replace("/", ".")), name)


def main():
    sys.path = [p for p in sys.path if os.path.abspath(p or ".") != os.path.dirname(os.path.abspath(__file__))]
    sys.stdout.reconfigure(line_buffering=True)
    try:
        handler = load()
    except BaseException:
        fail("init/error", sys.exc_info())
        sys.exit(1)
    while True:
        headers, body = call("GET", "invocation/next")
        request = "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            answer = json.dumps(handler(json.loads(body), Context(headers)))
        except Exception:
            fail(request + "/error", sys.exc_info())
            continue
        call("POST", request + "/response", answer, {"Content-Type": "application/json"})


main()
