/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $parseInt = $util.global.parseInt, $Array = $util.global.Array, $String = $util.global.String, $Number = $util.global.Number, $BigInt = $util.global.BigInt, $Boolean = $util.global.Boolean, $isFinite = $util.global.isFinite;

const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const city = $root.city = (() => {

    const city = {};

    city.sparkplug = (function() {

        const sparkplug = {};

        sparkplug.Payload = (function() {

            const Payload = function (properties) {
                this.metrics = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Payload.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Payload.prototype.metrics = $util.emptyArray;
            Payload.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Payload.prototype.uuid = "";
            Payload.prototype.body = $util.newBuffer([]);

            Payload.create = function(properties) {
                return new Payload(properties);
            };

            Payload.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    writer.uint32(8).uint64(message.timestamp);
                if (message.metrics != null && message.metrics.length)
                    for (let i = 0; i < message.metrics.length; ++i)
                        $root.city.sparkplug.Metric.encode(message.metrics[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    writer.uint32(24).uint64(message.seq);
                if (message.uuid != null && $Object.hasOwnProperty.call(message, "uuid"))
                    writer.uint32(34).string(message.uuid);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body"))
                    writer.uint32(42).bytes(message.body);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Payload.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.Payload();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.timestamp = reader.uint64();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.metrics && message.metrics.length))
                                message.metrics = [];
                            message.metrics.push($root.city.sparkplug.Metric.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.seq = reader.uint64();
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.uuid = reader.string();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.body = reader.bytes();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Payload.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.Payload)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.Payload: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.Payload();
                if (object.timestamp != null)
                    if ($util.Long)
                        message.timestamp = $util.Long.fromValue(object.timestamp, true);
                    else if (typeof object.timestamp === "string")
                        message.timestamp = $parseInt(object.timestamp, 10);
                    else if (typeof object.timestamp === "number")
                        message.timestamp = object.timestamp;
                    else if (typeof object.timestamp === "object")
                        message.timestamp = new $util.LongBits(object.timestamp.low >>> 0, object.timestamp.high >>> 0).toNumber(true);
                if (object.metrics) {
                    if (!$Array.isArray(object.metrics))
                        throw $TypeError(".city.sparkplug.Payload.metrics: array expected");
                    message.metrics = $Array(object.metrics.length);
                    for (let i = 0; i < object.metrics.length; ++i) {
                        if (!$util.isObject(object.metrics[i]))
                            throw $TypeError(".city.sparkplug.Payload.metrics: object expected");
                        message.metrics[i] = $root.city.sparkplug.Metric.fromObject(object.metrics[i], _depth + 1);
                    }
                }
                if (object.seq != null)
                    if ($util.Long)
                        message.seq = $util.Long.fromValue(object.seq, true);
                    else if (typeof object.seq === "string")
                        message.seq = $parseInt(object.seq, 10);
                    else if (typeof object.seq === "number")
                        message.seq = object.seq;
                    else if (typeof object.seq === "object")
                        message.seq = new $util.LongBits(object.seq.low >>> 0, object.seq.high >>> 0).toNumber(true);
                if (object.uuid != null)
                    message.uuid = $String(object.uuid);
                if (object.body != null)
                    if (typeof object.body === "string")
                        $util.base64.decode(object.body, message.body = $util.newBuffer($util.base64.length(object.body)), 0);
                    else if (object.body.length >= 0)
                        message.body = object.body;
                return message;
            };

            Payload.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.metrics = [];
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.timestamp = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.timestamp = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.seq = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.seq = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.uuid = "";
                    if (options.bytes === $String)
                        object.body = "";
                    else {
                        object.body = [];
                        if (options.bytes !== $Array)
                            object.body = $util.newBuffer(object.body);
                    }
                }
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.timestamp = typeof message.timestamp === "number" ? $BigInt(message.timestamp) : $util.Long.fromBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0, true).toBigInt();
                    else if (typeof message.timestamp === "number")
                        object.timestamp = options.longs === $String ? $String(message.timestamp) : message.timestamp;
                    else
                        object.timestamp = options.longs === $String ? $util.Long.prototype.toString.call(message.timestamp) : options.longs === $Number ? new $util.LongBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0).toNumber(true) : message.timestamp;
                if (message.metrics && message.metrics.length) {
                    object.metrics = $Array(message.metrics.length);
                    for (let j = 0; j < message.metrics.length; ++j)
                        object.metrics[j] = $root.city.sparkplug.Metric.toObject(message.metrics[j], options, _depth + 1);
                }
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.seq = typeof message.seq === "number" ? $BigInt(message.seq) : $util.Long.fromBits(message.seq.low >>> 0, message.seq.high >>> 0, true).toBigInt();
                    else if (typeof message.seq === "number")
                        object.seq = options.longs === $String ? $String(message.seq) : message.seq;
                    else
                        object.seq = options.longs === $String ? $util.Long.prototype.toString.call(message.seq) : options.longs === $Number ? new $util.LongBits(message.seq.low >>> 0, message.seq.high >>> 0).toNumber(true) : message.seq;
                if (message.uuid != null && $Object.hasOwnProperty.call(message, "uuid"))
                    object.uuid = message.uuid;
                if (message.body != null && $Object.hasOwnProperty.call(message, "body"))
                    object.body = options.bytes === $String ? $util.base64.encode(message.body, 0, message.body.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.body) : message.body;
                return object;
            };

            Payload.prototype.toJSON = function() {
                return Payload.toObject(this, $protobuf.util.toJSONOptions);
            };

            Payload.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.Payload";
            };

            return Payload;
        })();

        sparkplug.Metric = (function() {

            const Metric = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Metric.prototype.name = "";
            Metric.prototype.alias = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Metric.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Metric.prototype.datatype = 0;
            Metric.prototype.isHistorical = false;
            Metric.prototype.isTransient = false;
            Metric.prototype.isNull = false;
            Metric.prototype.metadata = null;
            Metric.prototype.properties = null;
            Metric.prototype.intValue = null;
            Metric.prototype.longValue = null;
            Metric.prototype.floatValue = null;
            Metric.prototype.doubleValue = null;
            Metric.prototype.booleanValue = null;
            Metric.prototype.stringValue = null;
            Metric.prototype.bytesValue = null;
            Metric.prototype.datasetValue = null;
            Metric.prototype.templateValue = null;

            let $oneOfFields;

            $Object.defineProperty(Metric.prototype, "value", {
                get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue", "bytesValue", "datasetValue", "templateValue"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Metric.create = function(properties) {
                return new Metric(properties);
            };

            Metric.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    writer.uint32(10).string(message.name);
                if (message.alias != null && $Object.hasOwnProperty.call(message, "alias"))
                    writer.uint32(16).uint64(message.alias);
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    writer.uint32(24).uint64(message.timestamp);
                if (message.datatype != null && $Object.hasOwnProperty.call(message, "datatype"))
                    writer.uint32(32).uint32(message.datatype);
                if (message.isHistorical != null && $Object.hasOwnProperty.call(message, "isHistorical"))
                    writer.uint32(40).bool(message.isHistorical);
                if (message.isTransient != null && $Object.hasOwnProperty.call(message, "isTransient"))
                    writer.uint32(48).bool(message.isTransient);
                if (message.isNull != null && $Object.hasOwnProperty.call(message, "isNull"))
                    writer.uint32(56).bool(message.isNull);
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    $root.city.sparkplug.MetaData.encode(message.metadata, writer.uint32(66).fork(), _depth + 1).ldelim();
                if (message.properties != null && $Object.hasOwnProperty.call(message, "properties"))
                    $root.city.sparkplug.PropertySet.encode(message.properties, writer.uint32(74).fork(), _depth + 1).ldelim();
                if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                    writer.uint32(80).uint32(message.intValue);
                if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                    writer.uint32(88).uint64(message.longValue);
                if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                    writer.uint32(101).float(message.floatValue);
                if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                    writer.uint32(105).double(message.doubleValue);
                if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                    writer.uint32(112).bool(message.booleanValue);
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                    writer.uint32(122).string(message.stringValue);
                if (message.bytesValue != null && $Object.hasOwnProperty.call(message, "bytesValue"))
                    writer.uint32(130).bytes(message.bytesValue);
                if (message.datasetValue != null && $Object.hasOwnProperty.call(message, "datasetValue"))
                    $root.city.sparkplug.DataSet.encode(message.datasetValue, writer.uint32(138).fork(), _depth + 1).ldelim();
                if (message.templateValue != null && $Object.hasOwnProperty.call(message, "templateValue"))
                    $root.city.sparkplug.Template.encode(message.templateValue, writer.uint32(146).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Metric.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.Metric();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.name = reader.string();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.alias = reader.uint64();
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.timestamp = reader.uint64();
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.datatype = reader.uint32();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.isHistorical = reader.bool();
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            message.isTransient = reader.bool();
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            message.isNull = reader.bool();
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.metadata = $root.city.sparkplug.MetaData.decode(reader, reader.size(), $undefined, _depth + 1, message.metadata);
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.properties = $root.city.sparkplug.PropertySet.decode(reader, reader.size(), $undefined, _depth + 1, message.properties);
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            message.intValue = reader.uint32();
                            message.value = "intValue";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            message.longValue = reader.uint64();
                            message.value = "longValue";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 5)
                                break;
                            message.floatValue = reader.float();
                            message.value = "floatValue";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 1)
                                break;
                            message.doubleValue = reader.double();
                            message.value = "doubleValue";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            message.booleanValue = reader.bool();
                            message.value = "booleanValue";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.stringValue = reader.string();
                            message.value = "stringValue";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.bytesValue = reader.bytes();
                            message.value = "bytesValue";
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.datasetValue = $root.city.sparkplug.DataSet.decode(reader, reader.size(), $undefined, _depth + 1, message.datasetValue);
                            message.value = "datasetValue";
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            message.templateValue = $root.city.sparkplug.Template.decode(reader, reader.size(), $undefined, _depth + 1, message.templateValue);
                            message.value = "templateValue";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Metric.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.Metric)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.Metric: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.Metric();
                if (object.name != null)
                    message.name = $String(object.name);
                if (object.alias != null)
                    if ($util.Long)
                        message.alias = $util.Long.fromValue(object.alias, true);
                    else if (typeof object.alias === "string")
                        message.alias = $parseInt(object.alias, 10);
                    else if (typeof object.alias === "number")
                        message.alias = object.alias;
                    else if (typeof object.alias === "object")
                        message.alias = new $util.LongBits(object.alias.low >>> 0, object.alias.high >>> 0).toNumber(true);
                if (object.timestamp != null)
                    if ($util.Long)
                        message.timestamp = $util.Long.fromValue(object.timestamp, true);
                    else if (typeof object.timestamp === "string")
                        message.timestamp = $parseInt(object.timestamp, 10);
                    else if (typeof object.timestamp === "number")
                        message.timestamp = object.timestamp;
                    else if (typeof object.timestamp === "object")
                        message.timestamp = new $util.LongBits(object.timestamp.low >>> 0, object.timestamp.high >>> 0).toNumber(true);
                if (object.datatype != null)
                    message.datatype = object.datatype >>> 0;
                if (object.isHistorical != null)
                    message.isHistorical = $Boolean(object.isHistorical);
                if (object.isTransient != null)
                    message.isTransient = $Boolean(object.isTransient);
                if (object.isNull != null)
                    message.isNull = $Boolean(object.isNull);
                if (object.metadata != null) {
                    if (!$util.isObject(object.metadata))
                        throw $TypeError(".city.sparkplug.Metric.metadata: object expected");
                    message.metadata = $root.city.sparkplug.MetaData.fromObject(object.metadata, _depth + 1);
                }
                if (object.properties != null) {
                    if (!$util.isObject(object.properties))
                        throw $TypeError(".city.sparkplug.Metric.properties: object expected");
                    message.properties = $root.city.sparkplug.PropertySet.fromObject(object.properties, _depth + 1);
                }
                if (object.intValue != null)
                    message.intValue = object.intValue >>> 0;
                if (object.longValue != null)
                    if ($util.Long)
                        message.longValue = $util.Long.fromValue(object.longValue, true);
                    else if (typeof object.longValue === "string")
                        message.longValue = $parseInt(object.longValue, 10);
                    else if (typeof object.longValue === "number")
                        message.longValue = object.longValue;
                    else if (typeof object.longValue === "object")
                        message.longValue = new $util.LongBits(object.longValue.low >>> 0, object.longValue.high >>> 0).toNumber(true);
                if (object.floatValue != null)
                    message.floatValue = $Number(object.floatValue);
                if (object.doubleValue != null)
                    message.doubleValue = $Number(object.doubleValue);
                if (object.booleanValue != null)
                    message.booleanValue = $Boolean(object.booleanValue);
                if (object.stringValue != null)
                    message.stringValue = $String(object.stringValue);
                if (object.bytesValue != null)
                    if (typeof object.bytesValue === "string")
                        $util.base64.decode(object.bytesValue, message.bytesValue = $util.newBuffer($util.base64.length(object.bytesValue)), 0);
                    else if (object.bytesValue.length >= 0)
                        message.bytesValue = object.bytesValue;
                if (object.datasetValue != null) {
                    if (!$util.isObject(object.datasetValue))
                        throw $TypeError(".city.sparkplug.Metric.datasetValue: object expected");
                    message.datasetValue = $root.city.sparkplug.DataSet.fromObject(object.datasetValue, _depth + 1);
                }
                if (object.templateValue != null) {
                    if (!$util.isObject(object.templateValue))
                        throw $TypeError(".city.sparkplug.Metric.templateValue: object expected");
                    message.templateValue = $root.city.sparkplug.Template.fromObject(object.templateValue, _depth + 1);
                }
                return message;
            };

            Metric.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.name = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.alias = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.alias = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.timestamp = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.timestamp = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.datatype = 0;
                    object.isHistorical = false;
                    object.isTransient = false;
                    object.isNull = false;
                    object.metadata = null;
                    object.properties = null;
                }
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    object.name = message.name;
                if (message.alias != null && $Object.hasOwnProperty.call(message, "alias"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.alias = typeof message.alias === "number" ? $BigInt(message.alias) : $util.Long.fromBits(message.alias.low >>> 0, message.alias.high >>> 0, true).toBigInt();
                    else if (typeof message.alias === "number")
                        object.alias = options.longs === $String ? $String(message.alias) : message.alias;
                    else
                        object.alias = options.longs === $String ? $util.Long.prototype.toString.call(message.alias) : options.longs === $Number ? new $util.LongBits(message.alias.low >>> 0, message.alias.high >>> 0).toNumber(true) : message.alias;
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.timestamp = typeof message.timestamp === "number" ? $BigInt(message.timestamp) : $util.Long.fromBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0, true).toBigInt();
                    else if (typeof message.timestamp === "number")
                        object.timestamp = options.longs === $String ? $String(message.timestamp) : message.timestamp;
                    else
                        object.timestamp = options.longs === $String ? $util.Long.prototype.toString.call(message.timestamp) : options.longs === $Number ? new $util.LongBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0).toNumber(true) : message.timestamp;
                if (message.datatype != null && $Object.hasOwnProperty.call(message, "datatype"))
                    object.datatype = message.datatype;
                if (message.isHistorical != null && $Object.hasOwnProperty.call(message, "isHistorical"))
                    object.isHistorical = message.isHistorical;
                if (message.isTransient != null && $Object.hasOwnProperty.call(message, "isTransient"))
                    object.isTransient = message.isTransient;
                if (message.isNull != null && $Object.hasOwnProperty.call(message, "isNull"))
                    object.isNull = message.isNull;
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    object.metadata = $root.city.sparkplug.MetaData.toObject(message.metadata, options, _depth + 1);
                if (message.properties != null && $Object.hasOwnProperty.call(message, "properties"))
                    object.properties = $root.city.sparkplug.PropertySet.toObject(message.properties, options, _depth + 1);
                if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue")) {
                    object.intValue = message.intValue;
                    if (options.oneofs)
                        object.value = "intValue";
                }
                if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue")) {
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.longValue = typeof message.longValue === "number" ? $BigInt(message.longValue) : $util.Long.fromBits(message.longValue.low >>> 0, message.longValue.high >>> 0, true).toBigInt();
                    else if (typeof message.longValue === "number")
                        object.longValue = options.longs === $String ? $String(message.longValue) : message.longValue;
                    else
                        object.longValue = options.longs === $String ? $util.Long.prototype.toString.call(message.longValue) : options.longs === $Number ? new $util.LongBits(message.longValue.low >>> 0, message.longValue.high >>> 0).toNumber(true) : message.longValue;
                    if (options.oneofs)
                        object.value = "longValue";
                }
                if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue")) {
                    object.floatValue = options.json && !$isFinite(message.floatValue) ? $String(message.floatValue) : message.floatValue;
                    if (options.oneofs)
                        object.value = "floatValue";
                }
                if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue")) {
                    object.doubleValue = options.json && !$isFinite(message.doubleValue) ? $String(message.doubleValue) : message.doubleValue;
                    if (options.oneofs)
                        object.value = "doubleValue";
                }
                if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue")) {
                    object.booleanValue = message.booleanValue;
                    if (options.oneofs)
                        object.value = "booleanValue";
                }
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue")) {
                    object.stringValue = message.stringValue;
                    if (options.oneofs)
                        object.value = "stringValue";
                }
                if (message.bytesValue != null && $Object.hasOwnProperty.call(message, "bytesValue")) {
                    object.bytesValue = options.bytes === $String ? $util.base64.encode(message.bytesValue, 0, message.bytesValue.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.bytesValue) : message.bytesValue;
                    if (options.oneofs)
                        object.value = "bytesValue";
                }
                if (message.datasetValue != null && $Object.hasOwnProperty.call(message, "datasetValue")) {
                    object.datasetValue = $root.city.sparkplug.DataSet.toObject(message.datasetValue, options, _depth + 1);
                    if (options.oneofs)
                        object.value = "datasetValue";
                }
                if (message.templateValue != null && $Object.hasOwnProperty.call(message, "templateValue")) {
                    object.templateValue = $root.city.sparkplug.Template.toObject(message.templateValue, options, _depth + 1);
                    if (options.oneofs)
                        object.value = "templateValue";
                }
                return object;
            };

            Metric.prototype.toJSON = function() {
                return Metric.toObject(this, $protobuf.util.toJSONOptions);
            };

            Metric.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.Metric";
            };

            return Metric;
        })();

        sparkplug.MetaData = (function() {

            const MetaData = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            MetaData.prototype.isMultiPart = false;
            MetaData.prototype.contentType = "";
            MetaData.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            MetaData.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            MetaData.prototype.fileName = "";
            MetaData.prototype.fileType = "";
            MetaData.prototype.md5 = "";
            MetaData.prototype.description = "";

            MetaData.create = function(properties) {
                return new MetaData(properties);
            };

            MetaData.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.isMultiPart != null && $Object.hasOwnProperty.call(message, "isMultiPart"))
                    writer.uint32(8).bool(message.isMultiPart);
                if (message.contentType != null && $Object.hasOwnProperty.call(message, "contentType"))
                    writer.uint32(18).string(message.contentType);
                if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                    writer.uint32(24).uint64(message.size);
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    writer.uint32(32).uint64(message.seq);
                if (message.fileName != null && $Object.hasOwnProperty.call(message, "fileName"))
                    writer.uint32(42).string(message.fileName);
                if (message.fileType != null && $Object.hasOwnProperty.call(message, "fileType"))
                    writer.uint32(50).string(message.fileType);
                if (message.md5 != null && $Object.hasOwnProperty.call(message, "md5"))
                    writer.uint32(58).string(message.md5);
                if (message.description != null && $Object.hasOwnProperty.call(message, "description"))
                    writer.uint32(66).string(message.description);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            MetaData.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.MetaData();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.isMultiPart = reader.bool();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.contentType = reader.string();
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.size = reader.uint64();
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.seq = reader.uint64();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.fileName = reader.string();
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.fileType = reader.string();
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.md5 = reader.string();
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.description = reader.string();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            MetaData.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.MetaData)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.MetaData: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.MetaData();
                if (object.isMultiPart != null)
                    message.isMultiPart = $Boolean(object.isMultiPart);
                if (object.contentType != null)
                    message.contentType = $String(object.contentType);
                if (object.size != null)
                    if ($util.Long)
                        message.size = $util.Long.fromValue(object.size, true);
                    else if (typeof object.size === "string")
                        message.size = $parseInt(object.size, 10);
                    else if (typeof object.size === "number")
                        message.size = object.size;
                    else if (typeof object.size === "object")
                        message.size = new $util.LongBits(object.size.low >>> 0, object.size.high >>> 0).toNumber(true);
                if (object.seq != null)
                    if ($util.Long)
                        message.seq = $util.Long.fromValue(object.seq, true);
                    else if (typeof object.seq === "string")
                        message.seq = $parseInt(object.seq, 10);
                    else if (typeof object.seq === "number")
                        message.seq = object.seq;
                    else if (typeof object.seq === "object")
                        message.seq = new $util.LongBits(object.seq.low >>> 0, object.seq.high >>> 0).toNumber(true);
                if (object.fileName != null)
                    message.fileName = $String(object.fileName);
                if (object.fileType != null)
                    message.fileType = $String(object.fileType);
                if (object.md5 != null)
                    message.md5 = $String(object.md5);
                if (object.description != null)
                    message.description = $String(object.description);
                return message;
            };

            MetaData.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.isMultiPart = false;
                    object.contentType = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.size = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.size = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.seq = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.seq = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.fileName = "";
                    object.fileType = "";
                    object.md5 = "";
                    object.description = "";
                }
                if (message.isMultiPart != null && $Object.hasOwnProperty.call(message, "isMultiPart"))
                    object.isMultiPart = message.isMultiPart;
                if (message.contentType != null && $Object.hasOwnProperty.call(message, "contentType"))
                    object.contentType = message.contentType;
                if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.size = typeof message.size === "number" ? $BigInt(message.size) : $util.Long.fromBits(message.size.low >>> 0, message.size.high >>> 0, true).toBigInt();
                    else if (typeof message.size === "number")
                        object.size = options.longs === $String ? $String(message.size) : message.size;
                    else
                        object.size = options.longs === $String ? $util.Long.prototype.toString.call(message.size) : options.longs === $Number ? new $util.LongBits(message.size.low >>> 0, message.size.high >>> 0).toNumber(true) : message.size;
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.seq = typeof message.seq === "number" ? $BigInt(message.seq) : $util.Long.fromBits(message.seq.low >>> 0, message.seq.high >>> 0, true).toBigInt();
                    else if (typeof message.seq === "number")
                        object.seq = options.longs === $String ? $String(message.seq) : message.seq;
                    else
                        object.seq = options.longs === $String ? $util.Long.prototype.toString.call(message.seq) : options.longs === $Number ? new $util.LongBits(message.seq.low >>> 0, message.seq.high >>> 0).toNumber(true) : message.seq;
                if (message.fileName != null && $Object.hasOwnProperty.call(message, "fileName"))
                    object.fileName = message.fileName;
                if (message.fileType != null && $Object.hasOwnProperty.call(message, "fileType"))
                    object.fileType = message.fileType;
                if (message.md5 != null && $Object.hasOwnProperty.call(message, "md5"))
                    object.md5 = message.md5;
                if (message.description != null && $Object.hasOwnProperty.call(message, "description"))
                    object.description = message.description;
                return object;
            };

            MetaData.prototype.toJSON = function() {
                return MetaData.toObject(this, $protobuf.util.toJSONOptions);
            };

            MetaData.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.MetaData";
            };

            return MetaData;
        })();

        sparkplug.PropertySet = (function() {

            const PropertySet = function (properties) {
                this.keys = [];
                this.values = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            PropertySet.prototype.keys = $util.emptyArray;
            PropertySet.prototype.values = $util.emptyArray;

            PropertySet.create = function(properties) {
                return new PropertySet(properties);
            };

            PropertySet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.keys != null && message.keys.length)
                    for (let i = 0; i < message.keys.length; ++i)
                        writer.uint32(10).string(message.keys[i]);
                if (message.values != null && message.values.length)
                    for (let i = 0; i < message.values.length; ++i)
                        $root.city.sparkplug.PropertyValue.encode(message.values[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            PropertySet.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.PropertySet();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.keys && message.keys.length))
                                message.keys = [];
                            message.keys.push(reader.string());
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.values && message.values.length))
                                message.values = [];
                            message.values.push($root.city.sparkplug.PropertyValue.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            PropertySet.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.PropertySet)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.PropertySet: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.PropertySet();
                if (object.keys) {
                    if (!$Array.isArray(object.keys))
                        throw $TypeError(".city.sparkplug.PropertySet.keys: array expected");
                    message.keys = $Array(object.keys.length);
                    for (let i = 0; i < object.keys.length; ++i)
                        message.keys[i] = $String(object.keys[i]);
                }
                if (object.values) {
                    if (!$Array.isArray(object.values))
                        throw $TypeError(".city.sparkplug.PropertySet.values: array expected");
                    message.values = $Array(object.values.length);
                    for (let i = 0; i < object.values.length; ++i) {
                        if (!$util.isObject(object.values[i]))
                            throw $TypeError(".city.sparkplug.PropertySet.values: object expected");
                        message.values[i] = $root.city.sparkplug.PropertyValue.fromObject(object.values[i], _depth + 1);
                    }
                }
                return message;
            };

            PropertySet.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.keys = [];
                    object.values = [];
                }
                if (message.keys && message.keys.length) {
                    object.keys = $Array(message.keys.length);
                    for (let j = 0; j < message.keys.length; ++j)
                        object.keys[j] = message.keys[j];
                }
                if (message.values && message.values.length) {
                    object.values = $Array(message.values.length);
                    for (let j = 0; j < message.values.length; ++j)
                        object.values[j] = $root.city.sparkplug.PropertyValue.toObject(message.values[j], options, _depth + 1);
                }
                return object;
            };

            PropertySet.prototype.toJSON = function() {
                return PropertySet.toObject(this, $protobuf.util.toJSONOptions);
            };

            PropertySet.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.PropertySet";
            };

            return PropertySet;
        })();

        sparkplug.PropertySetList = (function() {

            const PropertySetList = function (properties) {
                this.propertyset = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            PropertySetList.prototype.propertyset = $util.emptyArray;

            PropertySetList.create = function(properties) {
                return new PropertySetList(properties);
            };

            PropertySetList.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.propertyset != null && message.propertyset.length)
                    for (let i = 0; i < message.propertyset.length; ++i)
                        $root.city.sparkplug.PropertySet.encode(message.propertyset[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            PropertySetList.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.PropertySetList();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.propertyset && message.propertyset.length))
                                message.propertyset = [];
                            message.propertyset.push($root.city.sparkplug.PropertySet.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            PropertySetList.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.PropertySetList)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.PropertySetList: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.PropertySetList();
                if (object.propertyset) {
                    if (!$Array.isArray(object.propertyset))
                        throw $TypeError(".city.sparkplug.PropertySetList.propertyset: array expected");
                    message.propertyset = $Array(object.propertyset.length);
                    for (let i = 0; i < object.propertyset.length; ++i) {
                        if (!$util.isObject(object.propertyset[i]))
                            throw $TypeError(".city.sparkplug.PropertySetList.propertyset: object expected");
                        message.propertyset[i] = $root.city.sparkplug.PropertySet.fromObject(object.propertyset[i], _depth + 1);
                    }
                }
                return message;
            };

            PropertySetList.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.propertyset = [];
                if (message.propertyset && message.propertyset.length) {
                    object.propertyset = $Array(message.propertyset.length);
                    for (let j = 0; j < message.propertyset.length; ++j)
                        object.propertyset[j] = $root.city.sparkplug.PropertySet.toObject(message.propertyset[j], options, _depth + 1);
                }
                return object;
            };

            PropertySetList.prototype.toJSON = function() {
                return PropertySetList.toObject(this, $protobuf.util.toJSONOptions);
            };

            PropertySetList.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.PropertySetList";
            };

            return PropertySetList;
        })();

        sparkplug.PropertyValue = (function() {

            const PropertyValue = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            PropertyValue.prototype.type = 0;
            PropertyValue.prototype.isNull = false;
            PropertyValue.prototype.intValue = null;
            PropertyValue.prototype.longValue = null;
            PropertyValue.prototype.floatValue = null;
            PropertyValue.prototype.doubleValue = null;
            PropertyValue.prototype.booleanValue = null;
            PropertyValue.prototype.stringValue = null;
            PropertyValue.prototype.propertysetValue = null;
            PropertyValue.prototype.propertysetsValue = null;

            let $oneOfFields;

            $Object.defineProperty(PropertyValue.prototype, "value", {
                get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue", "propertysetValue", "propertysetsValue"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            PropertyValue.create = function(properties) {
                return new PropertyValue(properties);
            };

            PropertyValue.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                    writer.uint32(8).uint32(message.type);
                if (message.isNull != null && $Object.hasOwnProperty.call(message, "isNull"))
                    writer.uint32(16).bool(message.isNull);
                if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                    writer.uint32(24).uint32(message.intValue);
                if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                    writer.uint32(32).uint64(message.longValue);
                if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                    writer.uint32(45).float(message.floatValue);
                if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                    writer.uint32(49).double(message.doubleValue);
                if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                    writer.uint32(56).bool(message.booleanValue);
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                    writer.uint32(66).string(message.stringValue);
                if (message.propertysetValue != null && $Object.hasOwnProperty.call(message, "propertysetValue"))
                    $root.city.sparkplug.PropertySet.encode(message.propertysetValue, writer.uint32(74).fork(), _depth + 1).ldelim();
                if (message.propertysetsValue != null && $Object.hasOwnProperty.call(message, "propertysetsValue"))
                    $root.city.sparkplug.PropertySetList.encode(message.propertysetsValue, writer.uint32(82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            PropertyValue.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.PropertyValue();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.type = reader.uint32();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.isNull = reader.bool();
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.intValue = reader.uint32();
                            message.value = "intValue";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.longValue = reader.uint64();
                            message.value = "longValue";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 5)
                                break;
                            message.floatValue = reader.float();
                            message.value = "floatValue";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            message.doubleValue = reader.double();
                            message.value = "doubleValue";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            message.booleanValue = reader.bool();
                            message.value = "booleanValue";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.stringValue = reader.string();
                            message.value = "stringValue";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.propertysetValue = $root.city.sparkplug.PropertySet.decode(reader, reader.size(), $undefined, _depth + 1, message.propertysetValue);
                            message.value = "propertysetValue";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.propertysetsValue = $root.city.sparkplug.PropertySetList.decode(reader, reader.size(), $undefined, _depth + 1, message.propertysetsValue);
                            message.value = "propertysetsValue";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            PropertyValue.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.PropertyValue)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.PropertyValue: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.PropertyValue();
                if (object.type != null)
                    message.type = object.type >>> 0;
                if (object.isNull != null)
                    message.isNull = $Boolean(object.isNull);
                if (object.intValue != null)
                    message.intValue = object.intValue >>> 0;
                if (object.longValue != null)
                    if ($util.Long)
                        message.longValue = $util.Long.fromValue(object.longValue, true);
                    else if (typeof object.longValue === "string")
                        message.longValue = $parseInt(object.longValue, 10);
                    else if (typeof object.longValue === "number")
                        message.longValue = object.longValue;
                    else if (typeof object.longValue === "object")
                        message.longValue = new $util.LongBits(object.longValue.low >>> 0, object.longValue.high >>> 0).toNumber(true);
                if (object.floatValue != null)
                    message.floatValue = $Number(object.floatValue);
                if (object.doubleValue != null)
                    message.doubleValue = $Number(object.doubleValue);
                if (object.booleanValue != null)
                    message.booleanValue = $Boolean(object.booleanValue);
                if (object.stringValue != null)
                    message.stringValue = $String(object.stringValue);
                if (object.propertysetValue != null) {
                    if (!$util.isObject(object.propertysetValue))
                        throw $TypeError(".city.sparkplug.PropertyValue.propertysetValue: object expected");
                    message.propertysetValue = $root.city.sparkplug.PropertySet.fromObject(object.propertysetValue, _depth + 1);
                }
                if (object.propertysetsValue != null) {
                    if (!$util.isObject(object.propertysetsValue))
                        throw $TypeError(".city.sparkplug.PropertyValue.propertysetsValue: object expected");
                    message.propertysetsValue = $root.city.sparkplug.PropertySetList.fromObject(object.propertysetsValue, _depth + 1);
                }
                return message;
            };

            PropertyValue.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.type = 0;
                    object.isNull = false;
                }
                if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                    object.type = message.type;
                if (message.isNull != null && $Object.hasOwnProperty.call(message, "isNull"))
                    object.isNull = message.isNull;
                if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue")) {
                    object.intValue = message.intValue;
                    if (options.oneofs)
                        object.value = "intValue";
                }
                if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue")) {
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.longValue = typeof message.longValue === "number" ? $BigInt(message.longValue) : $util.Long.fromBits(message.longValue.low >>> 0, message.longValue.high >>> 0, true).toBigInt();
                    else if (typeof message.longValue === "number")
                        object.longValue = options.longs === $String ? $String(message.longValue) : message.longValue;
                    else
                        object.longValue = options.longs === $String ? $util.Long.prototype.toString.call(message.longValue) : options.longs === $Number ? new $util.LongBits(message.longValue.low >>> 0, message.longValue.high >>> 0).toNumber(true) : message.longValue;
                    if (options.oneofs)
                        object.value = "longValue";
                }
                if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue")) {
                    object.floatValue = options.json && !$isFinite(message.floatValue) ? $String(message.floatValue) : message.floatValue;
                    if (options.oneofs)
                        object.value = "floatValue";
                }
                if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue")) {
                    object.doubleValue = options.json && !$isFinite(message.doubleValue) ? $String(message.doubleValue) : message.doubleValue;
                    if (options.oneofs)
                        object.value = "doubleValue";
                }
                if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue")) {
                    object.booleanValue = message.booleanValue;
                    if (options.oneofs)
                        object.value = "booleanValue";
                }
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue")) {
                    object.stringValue = message.stringValue;
                    if (options.oneofs)
                        object.value = "stringValue";
                }
                if (message.propertysetValue != null && $Object.hasOwnProperty.call(message, "propertysetValue")) {
                    object.propertysetValue = $root.city.sparkplug.PropertySet.toObject(message.propertysetValue, options, _depth + 1);
                    if (options.oneofs)
                        object.value = "propertysetValue";
                }
                if (message.propertysetsValue != null && $Object.hasOwnProperty.call(message, "propertysetsValue")) {
                    object.propertysetsValue = $root.city.sparkplug.PropertySetList.toObject(message.propertysetsValue, options, _depth + 1);
                    if (options.oneofs)
                        object.value = "propertysetsValue";
                }
                return object;
            };

            PropertyValue.prototype.toJSON = function() {
                return PropertyValue.toObject(this, $protobuf.util.toJSONOptions);
            };

            PropertyValue.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.PropertyValue";
            };

            return PropertyValue;
        })();

        sparkplug.DataSet = (function() {

            const DataSet = function (properties) {
                this.columns = [];
                this.types = [];
                this.rows = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            DataSet.prototype.numOfColumns = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            DataSet.prototype.columns = $util.emptyArray;
            DataSet.prototype.types = $util.emptyArray;
            DataSet.prototype.rows = $util.emptyArray;

            DataSet.create = function(properties) {
                return new DataSet(properties);
            };

            DataSet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.numOfColumns != null && $Object.hasOwnProperty.call(message, "numOfColumns"))
                    writer.uint32(8).uint64(message.numOfColumns);
                if (message.columns != null && message.columns.length)
                    for (let i = 0; i < message.columns.length; ++i)
                        writer.uint32(18).string(message.columns[i]);
                if (message.types != null && message.types.length)
                    for (let i = 0; i < message.types.length; ++i)
                        writer.uint32(24).uint32(message.types[i]);
                if (message.rows != null && message.rows.length)
                    for (let i = 0; i < message.rows.length; ++i)
                        $root.city.sparkplug.DataSet.Row.encode(message.rows[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            DataSet.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.DataSet();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.numOfColumns = reader.uint64();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.columns && message.columns.length))
                                message.columns = [];
                            message.columns.push(reader.string());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.types && message.types.length))
                                    message.types = [];
                                reader.uint32s(message.types);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.types && message.types.length))
                                message.types = [];
                            message.types.push(reader.uint32());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.rows && message.rows.length))
                                message.rows = [];
                            message.rows.push($root.city.sparkplug.DataSet.Row.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            DataSet.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.DataSet)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.DataSet: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.DataSet();
                if (object.numOfColumns != null)
                    if ($util.Long)
                        message.numOfColumns = $util.Long.fromValue(object.numOfColumns, true);
                    else if (typeof object.numOfColumns === "string")
                        message.numOfColumns = $parseInt(object.numOfColumns, 10);
                    else if (typeof object.numOfColumns === "number")
                        message.numOfColumns = object.numOfColumns;
                    else if (typeof object.numOfColumns === "object")
                        message.numOfColumns = new $util.LongBits(object.numOfColumns.low >>> 0, object.numOfColumns.high >>> 0).toNumber(true);
                if (object.columns) {
                    if (!$Array.isArray(object.columns))
                        throw $TypeError(".city.sparkplug.DataSet.columns: array expected");
                    message.columns = $Array(object.columns.length);
                    for (let i = 0; i < object.columns.length; ++i)
                        message.columns[i] = $String(object.columns[i]);
                }
                if (object.types) {
                    if (!$Array.isArray(object.types))
                        throw $TypeError(".city.sparkplug.DataSet.types: array expected");
                    message.types = $Array(object.types.length);
                    for (let i = 0; i < object.types.length; ++i)
                        message.types[i] = object.types[i] >>> 0;
                }
                if (object.rows) {
                    if (!$Array.isArray(object.rows))
                        throw $TypeError(".city.sparkplug.DataSet.rows: array expected");
                    message.rows = $Array(object.rows.length);
                    for (let i = 0; i < object.rows.length; ++i) {
                        if (!$util.isObject(object.rows[i]))
                            throw $TypeError(".city.sparkplug.DataSet.rows: object expected");
                        message.rows[i] = $root.city.sparkplug.DataSet.Row.fromObject(object.rows[i], _depth + 1);
                    }
                }
                return message;
            };

            DataSet.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.columns = [];
                    object.types = [];
                    object.rows = [];
                }
                if (options.defaults)
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.numOfColumns = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.numOfColumns = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if (message.numOfColumns != null && $Object.hasOwnProperty.call(message, "numOfColumns"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.numOfColumns = typeof message.numOfColumns === "number" ? $BigInt(message.numOfColumns) : $util.Long.fromBits(message.numOfColumns.low >>> 0, message.numOfColumns.high >>> 0, true).toBigInt();
                    else if (typeof message.numOfColumns === "number")
                        object.numOfColumns = options.longs === $String ? $String(message.numOfColumns) : message.numOfColumns;
                    else
                        object.numOfColumns = options.longs === $String ? $util.Long.prototype.toString.call(message.numOfColumns) : options.longs === $Number ? new $util.LongBits(message.numOfColumns.low >>> 0, message.numOfColumns.high >>> 0).toNumber(true) : message.numOfColumns;
                if (message.columns && message.columns.length) {
                    object.columns = $Array(message.columns.length);
                    for (let j = 0; j < message.columns.length; ++j)
                        object.columns[j] = message.columns[j];
                }
                if (message.types && message.types.length) {
                    object.types = $Array(message.types.length);
                    for (let j = 0; j < message.types.length; ++j)
                        object.types[j] = message.types[j];
                }
                if (message.rows && message.rows.length) {
                    object.rows = $Array(message.rows.length);
                    for (let j = 0; j < message.rows.length; ++j)
                        object.rows[j] = $root.city.sparkplug.DataSet.Row.toObject(message.rows[j], options, _depth + 1);
                }
                return object;
            };

            DataSet.prototype.toJSON = function() {
                return DataSet.toObject(this, $protobuf.util.toJSONOptions);
            };

            DataSet.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.DataSet";
            };

            DataSet.Value = (function() {

                const Value = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Value.prototype.intValue = null;
                Value.prototype.longValue = null;
                Value.prototype.floatValue = null;
                Value.prototype.doubleValue = null;
                Value.prototype.booleanValue = null;
                Value.prototype.stringValue = null;

                let $oneOfFields;

                $Object.defineProperty(Value.prototype, "value", {
                    get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Value.create = function(properties) {
                    return new Value(properties);
                };

                Value.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                        writer.uint32(8).uint32(message.intValue);
                    if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                        writer.uint32(16).uint64(message.longValue);
                    if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                        writer.uint32(29).float(message.floatValue);
                    if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                        writer.uint32(33).double(message.doubleValue);
                    if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                        writer.uint32(40).bool(message.booleanValue);
                    if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                        writer.uint32(50).string(message.stringValue);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Value.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.city.sparkplug.DataSet.Value();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.intValue = reader.uint32();
                                message.value = "intValue";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.longValue = reader.uint64();
                                message.value = "longValue";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 5)
                                    break;
                                message.floatValue = reader.float();
                                message.value = "floatValue";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 1)
                                    break;
                                message.doubleValue = reader.double();
                                message.value = "doubleValue";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.booleanValue = reader.bool();
                                message.value = "booleanValue";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.stringValue = reader.string();
                                message.value = "stringValue";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                Value.fromObject = function (object, _depth) {
                    if (object instanceof $root.city.sparkplug.DataSet.Value)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".city.sparkplug.DataSet.Value: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.city.sparkplug.DataSet.Value();
                    if (object.intValue != null)
                        message.intValue = object.intValue >>> 0;
                    if (object.longValue != null)
                        if ($util.Long)
                            message.longValue = $util.Long.fromValue(object.longValue, true);
                        else if (typeof object.longValue === "string")
                            message.longValue = $parseInt(object.longValue, 10);
                        else if (typeof object.longValue === "number")
                            message.longValue = object.longValue;
                        else if (typeof object.longValue === "object")
                            message.longValue = new $util.LongBits(object.longValue.low >>> 0, object.longValue.high >>> 0).toNumber(true);
                    if (object.floatValue != null)
                        message.floatValue = $Number(object.floatValue);
                    if (object.doubleValue != null)
                        message.doubleValue = $Number(object.doubleValue);
                    if (object.booleanValue != null)
                        message.booleanValue = $Boolean(object.booleanValue);
                    if (object.stringValue != null)
                        message.stringValue = $String(object.stringValue);
                    return message;
                };

                Value.toObject = function (message, options, _depth) {
                    if (!options)
                        options = {};
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let object = {};
                    if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue")) {
                        object.intValue = message.intValue;
                        if (options.oneofs)
                            object.value = "intValue";
                    }
                    if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue")) {
                        if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                            object.longValue = typeof message.longValue === "number" ? $BigInt(message.longValue) : $util.Long.fromBits(message.longValue.low >>> 0, message.longValue.high >>> 0, true).toBigInt();
                        else if (typeof message.longValue === "number")
                            object.longValue = options.longs === $String ? $String(message.longValue) : message.longValue;
                        else
                            object.longValue = options.longs === $String ? $util.Long.prototype.toString.call(message.longValue) : options.longs === $Number ? new $util.LongBits(message.longValue.low >>> 0, message.longValue.high >>> 0).toNumber(true) : message.longValue;
                        if (options.oneofs)
                            object.value = "longValue";
                    }
                    if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue")) {
                        object.floatValue = options.json && !$isFinite(message.floatValue) ? $String(message.floatValue) : message.floatValue;
                        if (options.oneofs)
                            object.value = "floatValue";
                    }
                    if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue")) {
                        object.doubleValue = options.json && !$isFinite(message.doubleValue) ? $String(message.doubleValue) : message.doubleValue;
                        if (options.oneofs)
                            object.value = "doubleValue";
                    }
                    if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue")) {
                        object.booleanValue = message.booleanValue;
                        if (options.oneofs)
                            object.value = "booleanValue";
                    }
                    if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue")) {
                        object.stringValue = message.stringValue;
                        if (options.oneofs)
                            object.value = "stringValue";
                    }
                    return object;
                };

                Value.prototype.toJSON = function() {
                    return Value.toObject(this, $protobuf.util.toJSONOptions);
                };

                Value.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/city.sparkplug.DataSet.Value";
                };

                return Value;
            })();

            DataSet.Row = (function() {

                const Row = function (properties) {
                    this.elements = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Row.prototype.elements = $util.emptyArray;

                Row.create = function(properties) {
                    return new Row(properties);
                };

                Row.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.elements != null && message.elements.length)
                        for (let i = 0; i < message.elements.length; ++i)
                            $root.city.sparkplug.DataSet.Value.encode(message.elements[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Row.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.city.sparkplug.DataSet.Row();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.elements && message.elements.length))
                                    message.elements = [];
                                message.elements.push($root.city.sparkplug.DataSet.Value.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                Row.fromObject = function (object, _depth) {
                    if (object instanceof $root.city.sparkplug.DataSet.Row)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".city.sparkplug.DataSet.Row: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.city.sparkplug.DataSet.Row();
                    if (object.elements) {
                        if (!$Array.isArray(object.elements))
                            throw $TypeError(".city.sparkplug.DataSet.Row.elements: array expected");
                        message.elements = $Array(object.elements.length);
                        for (let i = 0; i < object.elements.length; ++i) {
                            if (!$util.isObject(object.elements[i]))
                                throw $TypeError(".city.sparkplug.DataSet.Row.elements: object expected");
                            message.elements[i] = $root.city.sparkplug.DataSet.Value.fromObject(object.elements[i], _depth + 1);
                        }
                    }
                    return message;
                };

                Row.toObject = function (message, options, _depth) {
                    if (!options)
                        options = {};
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let object = {};
                    if (options.arrays || options.defaults)
                        object.elements = [];
                    if (message.elements && message.elements.length) {
                        object.elements = $Array(message.elements.length);
                        for (let j = 0; j < message.elements.length; ++j)
                            object.elements[j] = $root.city.sparkplug.DataSet.Value.toObject(message.elements[j], options, _depth + 1);
                    }
                    return object;
                };

                Row.prototype.toJSON = function() {
                    return Row.toObject(this, $protobuf.util.toJSONOptions);
                };

                Row.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/city.sparkplug.DataSet.Row";
                };

                return Row;
            })();

            return DataSet;
        })();

        sparkplug.Template = (function() {

            const Template = function (properties) {
                this.metrics = [];
                this.parameters = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Template.prototype.version = "";
            Template.prototype.metrics = $util.emptyArray;
            Template.prototype.parameters = $util.emptyArray;
            Template.prototype.templateRef = "";
            Template.prototype.isDefinition = false;

            Template.create = function(properties) {
                return new Template(properties);
            };

            Template.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    writer.uint32(10).string(message.version);
                if (message.metrics != null && message.metrics.length)
                    for (let i = 0; i < message.metrics.length; ++i)
                        $root.city.sparkplug.Metric.encode(message.metrics[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.parameters != null && message.parameters.length)
                    for (let i = 0; i < message.parameters.length; ++i)
                        $root.city.sparkplug.Template.Parameter.encode(message.parameters[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.templateRef != null && $Object.hasOwnProperty.call(message, "templateRef"))
                    writer.uint32(34).string(message.templateRef);
                if (message.isDefinition != null && $Object.hasOwnProperty.call(message, "isDefinition"))
                    writer.uint32(40).bool(message.isDefinition);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Template.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.city.sparkplug.Template();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.version = reader.string();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.metrics && message.metrics.length))
                                message.metrics = [];
                            message.metrics.push($root.city.sparkplug.Metric.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.parameters && message.parameters.length))
                                message.parameters = [];
                            message.parameters.push($root.city.sparkplug.Template.Parameter.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.templateRef = reader.string();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.isDefinition = reader.bool();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Template.fromObject = function (object, _depth) {
                if (object instanceof $root.city.sparkplug.Template)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".city.sparkplug.Template: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.city.sparkplug.Template();
                if (object.version != null)
                    message.version = $String(object.version);
                if (object.metrics) {
                    if (!$Array.isArray(object.metrics))
                        throw $TypeError(".city.sparkplug.Template.metrics: array expected");
                    message.metrics = $Array(object.metrics.length);
                    for (let i = 0; i < object.metrics.length; ++i) {
                        if (!$util.isObject(object.metrics[i]))
                            throw $TypeError(".city.sparkplug.Template.metrics: object expected");
                        message.metrics[i] = $root.city.sparkplug.Metric.fromObject(object.metrics[i], _depth + 1);
                    }
                }
                if (object.parameters) {
                    if (!$Array.isArray(object.parameters))
                        throw $TypeError(".city.sparkplug.Template.parameters: array expected");
                    message.parameters = $Array(object.parameters.length);
                    for (let i = 0; i < object.parameters.length; ++i) {
                        if (!$util.isObject(object.parameters[i]))
                            throw $TypeError(".city.sparkplug.Template.parameters: object expected");
                        message.parameters[i] = $root.city.sparkplug.Template.Parameter.fromObject(object.parameters[i], _depth + 1);
                    }
                }
                if (object.templateRef != null)
                    message.templateRef = $String(object.templateRef);
                if (object.isDefinition != null)
                    message.isDefinition = $Boolean(object.isDefinition);
                return message;
            };

            Template.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.metrics = [];
                    object.parameters = [];
                }
                if (options.defaults) {
                    object.version = "";
                    object.templateRef = "";
                    object.isDefinition = false;
                }
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    object.version = message.version;
                if (message.metrics && message.metrics.length) {
                    object.metrics = $Array(message.metrics.length);
                    for (let j = 0; j < message.metrics.length; ++j)
                        object.metrics[j] = $root.city.sparkplug.Metric.toObject(message.metrics[j], options, _depth + 1);
                }
                if (message.parameters && message.parameters.length) {
                    object.parameters = $Array(message.parameters.length);
                    for (let j = 0; j < message.parameters.length; ++j)
                        object.parameters[j] = $root.city.sparkplug.Template.Parameter.toObject(message.parameters[j], options, _depth + 1);
                }
                if (message.templateRef != null && $Object.hasOwnProperty.call(message, "templateRef"))
                    object.templateRef = message.templateRef;
                if (message.isDefinition != null && $Object.hasOwnProperty.call(message, "isDefinition"))
                    object.isDefinition = message.isDefinition;
                return object;
            };

            Template.prototype.toJSON = function() {
                return Template.toObject(this, $protobuf.util.toJSONOptions);
            };

            Template.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/city.sparkplug.Template";
            };

            Template.Parameter = (function() {

                const Parameter = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Parameter.prototype.name = "";
                Parameter.prototype.type = 0;
                Parameter.prototype.intValue = null;
                Parameter.prototype.longValue = null;
                Parameter.prototype.floatValue = null;
                Parameter.prototype.doubleValue = null;
                Parameter.prototype.booleanValue = null;
                Parameter.prototype.stringValue = null;

                let $oneOfFields;

                $Object.defineProperty(Parameter.prototype, "value", {
                    get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Parameter.create = function(properties) {
                    return new Parameter(properties);
                };

                Parameter.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        writer.uint32(10).string(message.name);
                    if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                        writer.uint32(16).uint32(message.type);
                    if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                        writer.uint32(24).uint32(message.intValue);
                    if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                        writer.uint32(32).uint64(message.longValue);
                    if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                        writer.uint32(45).float(message.floatValue);
                    if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                        writer.uint32(49).double(message.doubleValue);
                    if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                        writer.uint32(56).bool(message.booleanValue);
                    if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                        writer.uint32(66).string(message.stringValue);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Parameter.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.city.sparkplug.Template.Parameter();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.name = reader.string();
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.type = reader.uint32();
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.intValue = reader.uint32();
                                message.value = "intValue";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.longValue = reader.uint64();
                                message.value = "longValue";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 5)
                                    break;
                                message.floatValue = reader.float();
                                message.value = "floatValue";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 1)
                                    break;
                                message.doubleValue = reader.double();
                                message.value = "doubleValue";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.booleanValue = reader.bool();
                                message.value = "booleanValue";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.stringValue = reader.string();
                                message.value = "stringValue";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                Parameter.fromObject = function (object, _depth) {
                    if (object instanceof $root.city.sparkplug.Template.Parameter)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".city.sparkplug.Template.Parameter: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.city.sparkplug.Template.Parameter();
                    if (object.name != null)
                        message.name = $String(object.name);
                    if (object.type != null)
                        message.type = object.type >>> 0;
                    if (object.intValue != null)
                        message.intValue = object.intValue >>> 0;
                    if (object.longValue != null)
                        if ($util.Long)
                            message.longValue = $util.Long.fromValue(object.longValue, true);
                        else if (typeof object.longValue === "string")
                            message.longValue = $parseInt(object.longValue, 10);
                        else if (typeof object.longValue === "number")
                            message.longValue = object.longValue;
                        else if (typeof object.longValue === "object")
                            message.longValue = new $util.LongBits(object.longValue.low >>> 0, object.longValue.high >>> 0).toNumber(true);
                    if (object.floatValue != null)
                        message.floatValue = $Number(object.floatValue);
                    if (object.doubleValue != null)
                        message.doubleValue = $Number(object.doubleValue);
                    if (object.booleanValue != null)
                        message.booleanValue = $Boolean(object.booleanValue);
                    if (object.stringValue != null)
                        message.stringValue = $String(object.stringValue);
                    return message;
                };

                Parameter.toObject = function (message, options, _depth) {
                    if (!options)
                        options = {};
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let object = {};
                    if (options.defaults) {
                        object.name = "";
                        object.type = 0;
                    }
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        object.name = message.name;
                    if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                        object.type = message.type;
                    if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue")) {
                        object.intValue = message.intValue;
                        if (options.oneofs)
                            object.value = "intValue";
                    }
                    if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue")) {
                        if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                            object.longValue = typeof message.longValue === "number" ? $BigInt(message.longValue) : $util.Long.fromBits(message.longValue.low >>> 0, message.longValue.high >>> 0, true).toBigInt();
                        else if (typeof message.longValue === "number")
                            object.longValue = options.longs === $String ? $String(message.longValue) : message.longValue;
                        else
                            object.longValue = options.longs === $String ? $util.Long.prototype.toString.call(message.longValue) : options.longs === $Number ? new $util.LongBits(message.longValue.low >>> 0, message.longValue.high >>> 0).toNumber(true) : message.longValue;
                        if (options.oneofs)
                            object.value = "longValue";
                    }
                    if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue")) {
                        object.floatValue = options.json && !$isFinite(message.floatValue) ? $String(message.floatValue) : message.floatValue;
                        if (options.oneofs)
                            object.value = "floatValue";
                    }
                    if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue")) {
                        object.doubleValue = options.json && !$isFinite(message.doubleValue) ? $String(message.doubleValue) : message.doubleValue;
                        if (options.oneofs)
                            object.value = "doubleValue";
                    }
                    if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue")) {
                        object.booleanValue = message.booleanValue;
                        if (options.oneofs)
                            object.value = "booleanValue";
                    }
                    if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue")) {
                        object.stringValue = message.stringValue;
                        if (options.oneofs)
                            object.value = "stringValue";
                    }
                    return object;
                };

                Parameter.prototype.toJSON = function() {
                    return Parameter.toObject(this, $protobuf.util.toJSONOptions);
                };

                Parameter.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/city.sparkplug.Template.Parameter";
                };

                return Parameter;
            })();

            return Template;
        })();

        return sparkplug;
    })();

    return city;
})();

export {
  $root as default
};
