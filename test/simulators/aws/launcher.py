#!/usr/bin/env python3
"""Starts ministack 1.5.33, an emulator of AWS, with the repairs that the Terraform AWS provider 5.100 needs.

It takes the same environment variables as the command `ministack`. Without the repairs an apply of the CloudTrail
pipeline ends well, but the next plan wants to change the trail and every alarm, a redrive of dead letters is
refused, and policies that name alarms, dashboards, rules or trails do not match. The repairs replace internal functions of ministack: they hold for the pinned version only (see
requirements.txt).
"""

import base64
import json
import time
import uuid
from xml.sax.saxutils import escape

from ministack import app
from ministack.core import iam_actions
from ministack.services import cloudtrail, cloudwatch, sqs, sts

OK = 200


def keep_trail_tags():
    """CreateTrail forgets TagsList. Terraform (aws_cloudtrail) then plans to add the tags again after each apply."""
    create = cloudtrail._DISPATCH["CreateTrail"]

    def create_trail(body):
        response = create(body)
        tags = body.get("TagsList")
        if response[0] == OK and tags:
            arn = json.loads(response[2])["TrailARN"]
            cloudtrail._trail_tags[arn] = {tag["Key"]: tag.get("Value", "") for tag in tags}
        return response

    cloudtrail._DISPATCH["CreateTrail"] = create_trail


def keep_alarm_metrics():
    """PutMetricAlarm forgets Metrics (metric math), and InsufficientDataActions in the query protocol.

    Terraform (aws_cloudwatch_metric_alarm: metric_query, insufficient_data_actions) then plans to set them again.
    """
    put = cloudwatch._put_metric_alarm

    def put_metric_alarm(params, cbor_data, is_cbor, is_json=False):
        response = put(params, cbor_data, is_cbor, is_json)
        request = cbor_data if is_cbor or is_json else from_query(params)
        alarm = cloudwatch._alarms.get(request.get("AlarmName", ""))
        if response[0] != OK or alarm is None:
            return response
        alarm["InsufficientDataActions"] = request.get("InsufficientDataActions") or []
        if request.get("Metrics"):
            alarm["Metrics"] = [typed_metric(metric) for metric in request["Metrics"]]
            # AWS leaves these out of an alarm on metric math; ministack fills in defaults, which Terraform reads as
            # drift.
            for single in ("MetricName", "Namespace", "Statistic", "Period"):
                alarm.pop(single, None)
        return response

    cloudwatch._put_metric_alarm = put_metric_alarm


def describe_whole_alarms():
    """DescribeAlarms leaves most fields out in the query protocol, the one that provider 5.x speaks.

    Terraform then plans to set description, actions, dimensions, period and statistic of each alarm again. The answer
    of the JSON protocol is whole: it is asked for and written as XML.
    """
    describe = cloudwatch._describe_alarms

    def describe_alarms(params, cbor_data, is_cbor, is_json=False):
        if is_cbor or is_json:
            return describe(params, cbor_data, is_cbor, is_json)
        request = from_query(params)
        if "MaxRecords" in request:
            request["MaxRecords"] = int(request["MaxRecords"])
        status, _, body = describe({}, request, False, True)
        if status != OK:
            # The same refusal again, in the protocol of the caller.
            return describe(params, cbor_data, is_cbor, is_json)
        result = "".join(to_xml(tag, value) for tag, value in json.loads(body).items())
        return cloudwatch._xml(
            OK, "DescribeAlarmsResponse", f"<DescribeAlarmsResult>{result}</DescribeAlarmsResult>"
        )

    cloudwatch._describe_alarms = describe_alarms


def add_redrive():
    """SQS lacks ListDeadLetterSourceQueues, StartMessageMoveTask and ListMessageMoveTasks.

    Terraform itself needs none of them; an operator's redrive of dead letters does. A move is done at once and whole,
    where AWS works through it in the background.
    """
    tasks = []

    def list_sources(data, queue_url):
        target = sqs._get_q(data.get("QueueUrl") or queue_url)["attributes"]["QueueArn"]
        sources = [url for url, queue in sqs._queues.items() if dead_letter_target(queue) == target]
        # Queues are filed under a URL of localhost: the caller gets the host that they used, as from ListQueues.
        return {"queueUrls": [sqs._externalize_url(url) for url in sources]}

    def start_move(data, _queue_url):
        source = sqs._queue_by_arn(data["SourceArn"])
        if source is None:
            raise sqs._Err(
                "ResourceNotFoundException",
                "The resource that you specified for the SourceArn parameter doesn't exist.",
                404,
            )
        now = time.time()
        moved, kept = 0, []
        for message in source["messages"]:
            system = dict(message.get("sys") or {})
            origin = system.pop("DeadLetterQueueSourceArn", "")
            target = sqs._queue_by_arn(data.get("DestinationArn") or origin)
            if target is None or message["visible_at"] > now:
                kept.append(message)
                continue
            target["messages"].append(
                {**message, "receive_count": 0, "receipt_handle": None, "visible_at": now, "sys": system}
            )
            moved += 1
        source["messages"] = kept
        sqs.esm_wake.set()
        handle = str(uuid.uuid4())
        task = {
            "TaskHandle": handle,
            "Status": "COMPLETED",
            "SourceArn": data["SourceArn"],
            "ApproximateNumberOfMessagesMoved": moved,
            "ApproximateNumberOfMessagesToMove": moved,
            "StartedTimestamp": int(now * 1000),
        }
        if data.get("DestinationArn"):
            task["DestinationArn"] = data["DestinationArn"]
        tasks.insert(0, task)
        return {"TaskHandle": handle}

    def list_moves(data, _queue_url):
        found = [task for task in tasks if task["SourceArn"] == data["SourceArn"]]
        # AWS gives the handle of running tasks only, and one task unless asked for more.
        shown = [{key: value for key, value in task.items() if key != "TaskHandle"} for task in found]
        return {"Results": shown[: int(data.get("MaxResults", 1))]}

    sqs._HANDLERS.update(
        {
            "ListDeadLetterSourceQueues": list_sources,
            "StartMessageMoveTask": start_move,
            "ListMessageMoveTasks": list_moves,
        }
    )


def name_resources():
    """Requests about alarms, dashboards, rules, trails and tags are decided for `*`, or for a rule as of another bus.

    A policy that names these resources, as AWS takes it, would allow nothing.
    """
    extract = iam_actions.extract_resource_arn

    def extract_resource_arn(service, method, path, headers, body, query, region, account):
        found = extract(service, method, path, headers, body, query, region, account)
        request = json_object(body)
        parameter = lambda name: (query.get(name) or [""])[0]
        if service == "monitoring":
            tagged = parameter("ResourceARN")
            alarm = parameter("AlarmName") or parameter("AlarmNames.member.1")
            dashboard = parameter("DashboardName") or parameter("DashboardNames.member.1")
            if alarm:
                return f"arn:aws:cloudwatch:{region}:{account}:alarm:{alarm}"
            if dashboard:
                return f"arn:aws:cloudwatch::{account}:dashboard/{dashboard}"
            return tagged or found
        if service == "events":
            rule = request.get("Rule")
            if rule:
                return f"arn:aws:events:{region}:{account}:rule/{rule}"
            return request.get("ResourceARN") or found.replace(":rule/default/", ":rule/")
        if service == "cloudtrail":
            tagged = request.get("ResourceIdList") or [request.get("ResourceId")]
            return tagged[0] or found
        if service == "sns":
            return parameter("ResourceArn") or found
        if service == "kms":
            alias = request.get("AliasName")
            return f"arn:aws:kms:{region}:{account}:{alias}" if alias else found
        if service == "iam":
            return parameter("OpenIDConnectProviderArn") or found
        return found

    iam_actions.extract_resource_arn = extract_resource_arn


def know_attached_policy():
    """AttachRolePolicy and DetachRolePolicy lack the condition key iam:PolicyARN."""
    context_of = iam_actions.request_tag_context

    def request_tag_context(service, action, body, query):
        context = dict(context_of(service, action, body, query) or {})
        if action in ("iam:AttachRolePolicy", "iam:DetachRolePolicy"):
            context["iam:PolicyARN"] = (query.get("PolicyArn") or [""])[0]
        return context

    iam_actions.request_tag_context = request_tag_context


def know_claims_of_github():
    """AssumeRoleWithWebIdentity knows the claims aud, sub and amr only; AWS also GitHub's ref (since January 2026)."""
    principal_of = sts._web_identity_principal

    def web_identity_principal(token, provider_id, role_arn):
        principal, keys = principal_of(token, provider_id, role_arn)
        try:
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            return principal, keys
        host = principal.split("/", 1)[-1]
        if "ref" in claims:
            keys[f"{host}:ref"] = claims["ref"]
        return principal, keys

    sts._web_identity_principal = web_identity_principal


def stay_on_one_port():
    """With TLS, ministack also takes port 443 where it may: for clients of Cognito, which nothing here is."""
    app._port_is_bindable = lambda _host, _port: False


def from_query(params):
    """Parameters of the AWS query protocol (`A.member.1.B=v`) as nested dictionaries and lists."""
    root = {}
    for name, values in params.items():
        *path, leaf = name.split(".")
        node = root
        for part in path:
            node = node.setdefault(part, {})
        node[leaf] = values[0] if isinstance(values, list) else values
    return with_lists(root)


def with_lists(node):
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        members = node["member"]
        return [with_lists(members[index]) for index in sorted(members, key=int)]
    return {key: with_lists(value) for key, value in node.items()}


def typed_metric(metric):
    """A MetricDataQuery with the types of the API: the query protocol has strings only."""
    typed = dict(metric)
    if "ReturnData" in typed:
        typed["ReturnData"] = str(typed["ReturnData"]).lower() == "true"
    if "Period" in typed:
        typed["Period"] = int(typed["Period"])
    if "MetricStat" in typed:
        typed["MetricStat"] = dict(typed["MetricStat"])
        if "Period" in typed["MetricStat"]:
            typed["MetricStat"]["Period"] = int(typed["MetricStat"]["Period"])
    return typed


def json_object(body):
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def to_xml(tag, value):
    """A value of a JSON answer in the XML of the query protocol; what is not set is left out, as AWS does."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return f"<{tag}>{''.join(to_xml('member', item) for item in value)}</{tag}>"
    if isinstance(value, dict):
        return f"<{tag}>{''.join(to_xml(key, item) for key, item in value.items())}</{tag}>"
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif tag.endswith("Timestamp"):
        value = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(float(value)))
    return f"<{tag}>{escape(str(value))}</{tag}>"


def dead_letter_target(queue):
    try:
        policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    except ValueError:
        return None
    return policy.get("deadLetterTargetArn")


if __name__ == "__main__":
    keep_trail_tags()
    keep_alarm_metrics()
    describe_whole_alarms()
    add_redrive()
    name_resources()
    know_attached_policy()
    know_claims_of_github()
    stay_on_one_port()
    app.main()
