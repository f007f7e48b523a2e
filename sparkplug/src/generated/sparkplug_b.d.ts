import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace city. */
export namespace city {

    /** Namespace sparkplug. */
    namespace sparkplug {

        /**
         * Properties of a Payload.
         * @deprecated Use city.sparkplug.Payload.$Properties instead.
         */
        interface IPayload extends city.sparkplug.Payload.$Properties {
        }

        /** Represents a Payload. */
        class Payload {

            /**
             * Constructs a new Payload.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.Payload.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Payload timestamp. */
            timestamp: Long;

            /** Payload metrics. */
            metrics: city.sparkplug.Metric.$Properties[];

            /** Payload seq. */
            seq: Long;

            /** Payload uuid. */
            uuid: string;

            /** Payload body. */
            body: Uint8Array;

            /**
             * Creates a new Payload instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Payload instance
             */
            static create(properties: city.sparkplug.Payload.$Shape): city.sparkplug.Payload & city.sparkplug.Payload.$Shape;
            static create(properties?: city.sparkplug.Payload.$Properties): city.sparkplug.Payload;

            /**
             * Encodes the specified Payload message. Does not implicitly {@link city.sparkplug.Payload.verify|verify} messages.
             * @param message Payload message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.Payload.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Payload message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.Payload & city.sparkplug.Payload.$Shape} Payload
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.Payload & city.sparkplug.Payload.$Shape;
        }

        namespace Payload {

            /** Properties of a Payload. */
            interface $Properties {

                /** Payload timestamp */
                timestamp?: (Long|null);

                /** Payload metrics */
                metrics?: (city.sparkplug.Metric.$Properties[]|null);

                /** Payload seq */
                seq?: (Long|null);

                /** Payload uuid */
                uuid?: (string|null);

                /** Payload body */
                body?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Payload. */
            type $Shape = {
              timestamp?: Long|null;
              metrics?: city.sparkplug.Metric.$Shape[]|null;
              seq?: Long|null;
              uuid?: string|null;
              body?: Uint8Array|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Metric.
         * @deprecated Use city.sparkplug.Metric.$Properties instead.
         */
        interface IMetric extends city.sparkplug.Metric.$Properties {
        }

        /** Represents a Metric. */
        class Metric {

            /**
             * Constructs a new Metric.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.Metric.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Metric name. */
            name: string;

            /** Metric alias. */
            alias: Long;

            /** Metric timestamp. */
            timestamp: Long;

            /** Metric datatype. */
            datatype: number;

            /** Metric isHistorical. */
            isHistorical: boolean;

            /** Metric isTransient. */
            isTransient: boolean;

            /** Metric isNull. */
            isNull: boolean;

            /** Metric metadata. */
            metadata?: (city.sparkplug.MetaData.$Properties|null);

            /** Metric properties. */
            properties?: (city.sparkplug.PropertySet.$Properties|null);

            /** Metric intValue. */
            intValue?: (number|null);

            /** Metric longValue. */
            longValue?: (Long|null);

            /** Metric floatValue. */
            floatValue?: (number|null);

            /** Metric doubleValue. */
            doubleValue?: (number|null);

            /** Metric booleanValue. */
            booleanValue?: (boolean|null);

            /** Metric stringValue. */
            stringValue?: (string|null);

            /** Metric bytesValue. */
            bytesValue?: (Uint8Array|null);

            /** Metric datasetValue. */
            datasetValue?: (city.sparkplug.DataSet.$Properties|null);

            /** Metric templateValue. */
            templateValue?: (city.sparkplug.Template.$Properties|null);

            /** Metric value. */
            value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"bytesValue"|"datasetValue"|"templateValue");

            /**
             * Creates a new Metric instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Metric instance
             */
            static create(properties: city.sparkplug.Metric.$Shape): city.sparkplug.Metric & city.sparkplug.Metric.$Shape;
            static create(properties?: city.sparkplug.Metric.$Properties): city.sparkplug.Metric;

            /**
             * Encodes the specified Metric message. Does not implicitly {@link city.sparkplug.Metric.verify|verify} messages.
             * @param message Metric message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.Metric.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Metric message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.Metric & city.sparkplug.Metric.$Shape} Metric
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.Metric & city.sparkplug.Metric.$Shape;
        }

        namespace Metric {

            /** Properties of a Metric. */
            interface $Properties {

                /** Metric name */
                name?: (string|null);

                /** Metric alias */
                alias?: (Long|null);

                /** Metric timestamp */
                timestamp?: (Long|null);

                /** Metric datatype */
                datatype?: (number|null);

                /** Metric isHistorical */
                isHistorical?: (boolean|null);

                /** Metric isTransient */
                isTransient?: (boolean|null);

                /** Metric isNull */
                isNull?: (boolean|null);

                /** Metric metadata */
                metadata?: (city.sparkplug.MetaData.$Properties|null);

                /** Metric properties */
                properties?: (city.sparkplug.PropertySet.$Properties|null);

                /** Metric intValue */
                intValue?: (number|null);

                /** Metric longValue */
                longValue?: (Long|null);

                /** Metric floatValue */
                floatValue?: (number|null);

                /** Metric doubleValue */
                doubleValue?: (number|null);

                /** Metric booleanValue */
                booleanValue?: (boolean|null);

                /** Metric stringValue */
                stringValue?: (string|null);

                /** Metric bytesValue */
                bytesValue?: (Uint8Array|null);

                /** Metric datasetValue */
                datasetValue?: (city.sparkplug.DataSet.$Properties|null);

                /** Metric templateValue */
                templateValue?: (city.sparkplug.Template.$Properties|null);

                /** Metric value */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"bytesValue"|"datasetValue"|"templateValue");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Metric. */
            type $Shape = {
              name?: string|null;
              alias?: Long|null;
              timestamp?: Long|null;
              datatype?: number|null;
              isHistorical?: boolean|null;
              isTransient?: boolean|null;
              isNull?: boolean|null;
              metadata?: city.sparkplug.MetaData.$Shape|null;
              properties?: city.sparkplug.PropertySet.$Shape|null;
              intValue?: number|null;
              longValue?: Long|null;
              floatValue?: number|null;
              doubleValue?: number|null;
              booleanValue?: boolean|null;
              stringValue?: string|null;
              bytesValue?: Uint8Array|null;
              datasetValue?: city.sparkplug.DataSet.$Shape|null;
              templateValue?: city.sparkplug.Template.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "longValue"; intValue?: null; longValue: Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "bytesValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue: Uint8Array; datasetValue?: null; templateValue?: null }|{ value?: "datasetValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue: city.sparkplug.DataSet.$Shape; templateValue?: null }|{ value?: "templateValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue: city.sparkplug.Template.$Shape })
            );
        }

        /**
         * Properties of a MetaData.
         * @deprecated Use city.sparkplug.MetaData.$Properties instead.
         */
        interface IMetaData extends city.sparkplug.MetaData.$Properties {
        }

        /** Represents a MetaData. */
        class MetaData {

            /**
             * Constructs a new MetaData.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.MetaData.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetaData isMultiPart. */
            isMultiPart: boolean;

            /** MetaData contentType. */
            contentType: string;

            /** MetaData size. */
            size: Long;

            /** MetaData seq. */
            seq: Long;

            /** MetaData fileName. */
            fileName: string;

            /** MetaData fileType. */
            fileType: string;

            /** MetaData md5. */
            md5: string;

            /** MetaData description. */
            description: string;

            /**
             * Creates a new MetaData instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetaData instance
             */
            static create(properties: city.sparkplug.MetaData.$Shape): city.sparkplug.MetaData & city.sparkplug.MetaData.$Shape;
            static create(properties?: city.sparkplug.MetaData.$Properties): city.sparkplug.MetaData;

            /**
             * Encodes the specified MetaData message. Does not implicitly {@link city.sparkplug.MetaData.verify|verify} messages.
             * @param message MetaData message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.MetaData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetaData message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.MetaData & city.sparkplug.MetaData.$Shape} MetaData
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.MetaData & city.sparkplug.MetaData.$Shape;
        }

        namespace MetaData {

            /** Properties of a MetaData. */
            interface $Properties {

                /** MetaData isMultiPart */
                isMultiPart?: (boolean|null);

                /** MetaData contentType */
                contentType?: (string|null);

                /** MetaData size */
                size?: (Long|null);

                /** MetaData seq */
                seq?: (Long|null);

                /** MetaData fileName */
                fileName?: (string|null);

                /** MetaData fileType */
                fileType?: (string|null);

                /** MetaData md5 */
                md5?: (string|null);

                /** MetaData description */
                description?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetaData. */
            type $Shape = city.sparkplug.MetaData.$Properties;
        }

        /**
         * Properties of a PropertySet.
         * @deprecated Use city.sparkplug.PropertySet.$Properties instead.
         */
        interface IPropertySet extends city.sparkplug.PropertySet.$Properties {
        }

        /** Represents a PropertySet. */
        class PropertySet {

            /**
             * Constructs a new PropertySet.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.PropertySet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PropertySet keys. */
            keys: string[];

            /** PropertySet values. */
            values: city.sparkplug.PropertyValue.$Properties[];

            /**
             * Creates a new PropertySet instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PropertySet instance
             */
            static create(properties: city.sparkplug.PropertySet.$Shape): city.sparkplug.PropertySet & city.sparkplug.PropertySet.$Shape;
            static create(properties?: city.sparkplug.PropertySet.$Properties): city.sparkplug.PropertySet;

            /**
             * Encodes the specified PropertySet message. Does not implicitly {@link city.sparkplug.PropertySet.verify|verify} messages.
             * @param message PropertySet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.PropertySet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PropertySet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.PropertySet & city.sparkplug.PropertySet.$Shape} PropertySet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.PropertySet & city.sparkplug.PropertySet.$Shape;
        }

        namespace PropertySet {

            /** Properties of a PropertySet. */
            interface $Properties {

                /** PropertySet keys */
                keys?: (string[]|null);

                /** PropertySet values */
                values?: (city.sparkplug.PropertyValue.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PropertySet. */
            type $Shape = {
              keys?: string[]|null;
              values?: city.sparkplug.PropertyValue.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a PropertySetList.
         * @deprecated Use city.sparkplug.PropertySetList.$Properties instead.
         */
        interface IPropertySetList extends city.sparkplug.PropertySetList.$Properties {
        }

        /** Represents a PropertySetList. */
        class PropertySetList {

            /**
             * Constructs a new PropertySetList.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.PropertySetList.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PropertySetList propertyset. */
            propertyset: city.sparkplug.PropertySet.$Properties[];

            /**
             * Creates a new PropertySetList instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PropertySetList instance
             */
            static create(properties: city.sparkplug.PropertySetList.$Shape): city.sparkplug.PropertySetList & city.sparkplug.PropertySetList.$Shape;
            static create(properties?: city.sparkplug.PropertySetList.$Properties): city.sparkplug.PropertySetList;

            /**
             * Encodes the specified PropertySetList message. Does not implicitly {@link city.sparkplug.PropertySetList.verify|verify} messages.
             * @param message PropertySetList message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.PropertySetList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PropertySetList message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.PropertySetList & city.sparkplug.PropertySetList.$Shape} PropertySetList
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.PropertySetList & city.sparkplug.PropertySetList.$Shape;
        }

        namespace PropertySetList {

            /** Properties of a PropertySetList. */
            interface $Properties {

                /** PropertySetList propertyset */
                propertyset?: (city.sparkplug.PropertySet.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PropertySetList. */
            type $Shape = {
              propertyset?: city.sparkplug.PropertySet.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a PropertyValue.
         * @deprecated Use city.sparkplug.PropertyValue.$Properties instead.
         */
        interface IPropertyValue extends city.sparkplug.PropertyValue.$Properties {
        }

        /** Represents a PropertyValue. */
        class PropertyValue {

            /**
             * Constructs a new PropertyValue.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.PropertyValue.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PropertyValue type. */
            type: number;

            /** PropertyValue isNull. */
            isNull: boolean;

            /** PropertyValue intValue. */
            intValue?: (number|null);

            /** PropertyValue longValue. */
            longValue?: (Long|null);

            /** PropertyValue floatValue. */
            floatValue?: (number|null);

            /** PropertyValue doubleValue. */
            doubleValue?: (number|null);

            /** PropertyValue booleanValue. */
            booleanValue?: (boolean|null);

            /** PropertyValue stringValue. */
            stringValue?: (string|null);

            /** PropertyValue propertysetValue. */
            propertysetValue?: (city.sparkplug.PropertySet.$Properties|null);

            /** PropertyValue propertysetsValue. */
            propertysetsValue?: (city.sparkplug.PropertySetList.$Properties|null);

            /** PropertyValue value. */
            value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"propertysetValue"|"propertysetsValue");

            /**
             * Creates a new PropertyValue instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PropertyValue instance
             */
            static create(properties: city.sparkplug.PropertyValue.$Shape): city.sparkplug.PropertyValue & city.sparkplug.PropertyValue.$Shape;
            static create(properties?: city.sparkplug.PropertyValue.$Properties): city.sparkplug.PropertyValue;

            /**
             * Encodes the specified PropertyValue message. Does not implicitly {@link city.sparkplug.PropertyValue.verify|verify} messages.
             * @param message PropertyValue message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.PropertyValue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PropertyValue message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.PropertyValue & city.sparkplug.PropertyValue.$Shape} PropertyValue
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.PropertyValue & city.sparkplug.PropertyValue.$Shape;
        }

        namespace PropertyValue {

            /** Properties of a PropertyValue. */
            interface $Properties {

                /** PropertyValue type */
                type?: (number|null);

                /** PropertyValue isNull */
                isNull?: (boolean|null);

                /** PropertyValue intValue */
                intValue?: (number|null);

                /** PropertyValue longValue */
                longValue?: (Long|null);

                /** PropertyValue floatValue */
                floatValue?: (number|null);

                /** PropertyValue doubleValue */
                doubleValue?: (number|null);

                /** PropertyValue booleanValue */
                booleanValue?: (boolean|null);

                /** PropertyValue stringValue */
                stringValue?: (string|null);

                /** PropertyValue propertysetValue */
                propertysetValue?: (city.sparkplug.PropertySet.$Properties|null);

                /** PropertyValue propertysetsValue */
                propertysetsValue?: (city.sparkplug.PropertySetList.$Properties|null);

                /** PropertyValue value */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"propertysetValue"|"propertysetsValue");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a PropertyValue. */
            type $Shape = {
              type?: number|null;
              isNull?: boolean|null;
              intValue?: number|null;
              longValue?: Long|null;
              floatValue?: number|null;
              doubleValue?: number|null;
              booleanValue?: boolean|null;
              stringValue?: string|null;
              propertysetValue?: city.sparkplug.PropertySet.$Shape|null;
              propertysetsValue?: city.sparkplug.PropertySetList.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "longValue"; intValue?: null; longValue: Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string; propertysetValue?: null; propertysetsValue?: null }|{ value?: "propertysetValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue: city.sparkplug.PropertySet.$Shape; propertysetsValue?: null }|{ value?: "propertysetsValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue: city.sparkplug.PropertySetList.$Shape })
            );
        }

        /**
         * Properties of a DataSet.
         * @deprecated Use city.sparkplug.DataSet.$Properties instead.
         */
        interface IDataSet extends city.sparkplug.DataSet.$Properties {
        }

        /** Represents a DataSet. */
        class DataSet {

            /**
             * Constructs a new DataSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.DataSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DataSet numOfColumns. */
            numOfColumns: Long;

            /** DataSet columns. */
            columns: string[];

            /** DataSet types. */
            types: number[];

            /** DataSet rows. */
            rows: city.sparkplug.DataSet.Row.$Properties[];

            /**
             * Creates a new DataSet instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DataSet instance
             */
            static create(properties: city.sparkplug.DataSet.$Shape): city.sparkplug.DataSet & city.sparkplug.DataSet.$Shape;
            static create(properties?: city.sparkplug.DataSet.$Properties): city.sparkplug.DataSet;

            /**
             * Encodes the specified DataSet message. Does not implicitly {@link city.sparkplug.DataSet.verify|verify} messages.
             * @param message DataSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.DataSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DataSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.DataSet & city.sparkplug.DataSet.$Shape} DataSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.DataSet & city.sparkplug.DataSet.$Shape;
        }

        namespace DataSet {

            /** Properties of a DataSet. */
            interface $Properties {

                /** DataSet numOfColumns */
                numOfColumns?: (Long|null);

                /** DataSet columns */
                columns?: (string[]|null);

                /** DataSet types */
                types?: (number[]|null);

                /** DataSet rows */
                rows?: (city.sparkplug.DataSet.Row.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DataSet. */
            type $Shape = {
              numOfColumns?: Long|null;
              columns?: string[]|null;
              types?: number[]|null;
              rows?: city.sparkplug.DataSet.Row.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };

            /**
             * Properties of a Value.
             * @deprecated Use city.sparkplug.DataSet.Value.$Properties instead.
             */
            interface IValue extends city.sparkplug.DataSet.Value.$Properties {
            }

            /** Represents a Value. */
            class Value {

                /**
                 * Constructs a new Value.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: city.sparkplug.DataSet.Value.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Value intValue. */
                intValue?: (number|null);

                /** Value longValue. */
                longValue?: (Long|null);

                /** Value floatValue. */
                floatValue?: (number|null);

                /** Value doubleValue. */
                doubleValue?: (number|null);

                /** Value booleanValue. */
                booleanValue?: (boolean|null);

                /** Value stringValue. */
                stringValue?: (string|null);

                /** Value value. */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                /**
                 * Creates a new Value instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Value instance
                 */
                static create(properties: city.sparkplug.DataSet.Value.$Shape): city.sparkplug.DataSet.Value & city.sparkplug.DataSet.Value.$Shape;
                static create(properties?: city.sparkplug.DataSet.Value.$Properties): city.sparkplug.DataSet.Value;

                /**
                 * Encodes the specified Value message. Does not implicitly {@link city.sparkplug.DataSet.Value.verify|verify} messages.
                 * @param message Value message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: city.sparkplug.DataSet.Value.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Value message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {city.sparkplug.DataSet.Value & city.sparkplug.DataSet.Value.$Shape} Value
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.DataSet.Value & city.sparkplug.DataSet.Value.$Shape;
            }

            namespace Value {

                /** Properties of a Value. */
                interface $Properties {

                    /** Value intValue */
                    intValue?: (number|null);

                    /** Value longValue */
                    longValue?: (Long|null);

                    /** Value floatValue */
                    floatValue?: (number|null);

                    /** Value doubleValue */
                    doubleValue?: (number|null);

                    /** Value booleanValue */
                    booleanValue?: (boolean|null);

                    /** Value stringValue */
                    stringValue?: (string|null);

                    /** Value value */
                    value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Value. */
                type $Shape = {
                  intValue?: number|null;
                  longValue?: Long|null;
                  floatValue?: number|null;
                  doubleValue?: number|null;
                  booleanValue?: boolean|null;
                  stringValue?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "longValue"; intValue?: null; longValue: Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string })
                );
            }

            /**
             * Properties of a Row.
             * @deprecated Use city.sparkplug.DataSet.Row.$Properties instead.
             */
            interface IRow extends city.sparkplug.DataSet.Row.$Properties {
            }

            /** Represents a Row. */
            class Row {

                /**
                 * Constructs a new Row.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: city.sparkplug.DataSet.Row.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Row elements. */
                elements: city.sparkplug.DataSet.Value.$Properties[];

                /**
                 * Creates a new Row instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Row instance
                 */
                static create(properties: city.sparkplug.DataSet.Row.$Shape): city.sparkplug.DataSet.Row & city.sparkplug.DataSet.Row.$Shape;
                static create(properties?: city.sparkplug.DataSet.Row.$Properties): city.sparkplug.DataSet.Row;

                /**
                 * Encodes the specified Row message. Does not implicitly {@link city.sparkplug.DataSet.Row.verify|verify} messages.
                 * @param message Row message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: city.sparkplug.DataSet.Row.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Row message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {city.sparkplug.DataSet.Row & city.sparkplug.DataSet.Row.$Shape} Row
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.DataSet.Row & city.sparkplug.DataSet.Row.$Shape;
            }

            namespace Row {

                /** Properties of a Row. */
                interface $Properties {

                    /** Row elements */
                    elements?: (city.sparkplug.DataSet.Value.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Row. */
                type $Shape = {
                  elements?: city.sparkplug.DataSet.Value.$Shape[]|null;
                  $unknowns?: Uint8Array[];
                };
            }
        }

        /**
         * Properties of a Template.
         * @deprecated Use city.sparkplug.Template.$Properties instead.
         */
        interface ITemplate extends city.sparkplug.Template.$Properties {
        }

        /** Represents a Template. */
        class Template {

            /**
             * Constructs a new Template.
             * @param [properties] Properties to set
             */
            constructor(properties?: city.sparkplug.Template.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Template version. */
            version: string;

            /** Template metrics. */
            metrics: city.sparkplug.Metric.$Properties[];

            /** Template parameters. */
            parameters: city.sparkplug.Template.Parameter.$Properties[];

            /** Template templateRef. */
            templateRef: string;

            /** Template isDefinition. */
            isDefinition: boolean;

            /**
             * Creates a new Template instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Template instance
             */
            static create(properties: city.sparkplug.Template.$Shape): city.sparkplug.Template & city.sparkplug.Template.$Shape;
            static create(properties?: city.sparkplug.Template.$Properties): city.sparkplug.Template;

            /**
             * Encodes the specified Template message. Does not implicitly {@link city.sparkplug.Template.verify|verify} messages.
             * @param message Template message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: city.sparkplug.Template.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Template message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {city.sparkplug.Template & city.sparkplug.Template.$Shape} Template
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.Template & city.sparkplug.Template.$Shape;
        }

        namespace Template {

            /** Properties of a Template. */
            interface $Properties {

                /** Template version */
                version?: (string|null);

                /** Template metrics */
                metrics?: (city.sparkplug.Metric.$Properties[]|null);

                /** Template parameters */
                parameters?: (city.sparkplug.Template.Parameter.$Properties[]|null);

                /** Template templateRef */
                templateRef?: (string|null);

                /** Template isDefinition */
                isDefinition?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Template. */
            type $Shape = {
              version?: string|null;
              metrics?: city.sparkplug.Metric.$Shape[]|null;
              parameters?: city.sparkplug.Template.Parameter.$Shape[]|null;
              templateRef?: string|null;
              isDefinition?: boolean|null;
              $unknowns?: Uint8Array[];
            };

            /**
             * Properties of a Parameter.
             * @deprecated Use city.sparkplug.Template.Parameter.$Properties instead.
             */
            interface IParameter extends city.sparkplug.Template.Parameter.$Properties {
            }

            /** Represents a Parameter. */
            class Parameter {

                /**
                 * Constructs a new Parameter.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: city.sparkplug.Template.Parameter.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Parameter name. */
                name: string;

                /** Parameter type. */
                type: number;

                /** Parameter intValue. */
                intValue?: (number|null);

                /** Parameter longValue. */
                longValue?: (Long|null);

                /** Parameter floatValue. */
                floatValue?: (number|null);

                /** Parameter doubleValue. */
                doubleValue?: (number|null);

                /** Parameter booleanValue. */
                booleanValue?: (boolean|null);

                /** Parameter stringValue. */
                stringValue?: (string|null);

                /** Parameter value. */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                /**
                 * Creates a new Parameter instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Parameter instance
                 */
                static create(properties: city.sparkplug.Template.Parameter.$Shape): city.sparkplug.Template.Parameter & city.sparkplug.Template.Parameter.$Shape;
                static create(properties?: city.sparkplug.Template.Parameter.$Properties): city.sparkplug.Template.Parameter;

                /**
                 * Encodes the specified Parameter message. Does not implicitly {@link city.sparkplug.Template.Parameter.verify|verify} messages.
                 * @param message Parameter message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: city.sparkplug.Template.Parameter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Parameter message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {city.sparkplug.Template.Parameter & city.sparkplug.Template.Parameter.$Shape} Parameter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): city.sparkplug.Template.Parameter & city.sparkplug.Template.Parameter.$Shape;
            }

            namespace Parameter {

                /** Properties of a Parameter. */
                interface $Properties {

                    /** Parameter name */
                    name?: (string|null);

                    /** Parameter type */
                    type?: (number|null);

                    /** Parameter intValue */
                    intValue?: (number|null);

                    /** Parameter longValue */
                    longValue?: (Long|null);

                    /** Parameter floatValue */
                    floatValue?: (number|null);

                    /** Parameter doubleValue */
                    doubleValue?: (number|null);

                    /** Parameter booleanValue */
                    booleanValue?: (boolean|null);

                    /** Parameter stringValue */
                    stringValue?: (string|null);

                    /** Parameter value */
                    value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Parameter. */
                type $Shape = {
                  name?: string|null;
                  type?: number|null;
                  intValue?: number|null;
                  longValue?: Long|null;
                  floatValue?: number|null;
                  doubleValue?: number|null;
                  booleanValue?: boolean|null;
                  stringValue?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "longValue"; intValue?: null; longValue: Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string })
                );
            }
        }
    }
}
