package main

// exampleRecord is what a new rule is about until somebody gives it an event: the
// deletion of a bucket, by a person who assumed a role.
const exampleRecord = `{
  "eventVersion": "1.11",
  "userIdentity": {
    "type": "AssumedRole",
    "principalId": "AROA000000001EXAMPLE:alice",
    "arn": "arn:aws:sts::123456789012:assumed-role/administrators/alice",
    "accountId": "123456789012",
    "accessKeyId": "ASIA000000001EXAMPLE",
    "sessionContext": {
      "sessionIssuer": {
        "type": "Role",
        "principalId": "AROA000000001EXAMPLE",
        "arn": "arn:aws:iam::123456789012:role/administrators",
        "accountId": "123456789012",
        "userName": "administrators"
      },
      "attributes": {"creationDate": "2026-01-15T08:00:00Z", "mfaAuthenticated": "false"}
    }
  },
  "eventTime": "2026-01-15T08:30:00Z",
  "eventSource": "s3.amazonaws.com",
  "eventName": "DeleteBucket",
  "awsRegion": "eu-central-1",
  "sourceIPAddress": "198.51.100.1",
  "userAgent": "[aws-cli/2.27.50]",
  "requestParameters": {
    "bucketName": "example-bucket",
    "Host": "example-bucket.s3.eu-central-1.amazonaws.com"
  },
  "responseElements": null,
  "requestID": "00000000-0000-4000-8000-000000000001",
  "eventID": "00000000-0000-4000-8000-000000000002",
  "readOnly": false,
  "eventType": "AwsApiCall",
  "managementEvent": true,
  "recipientAccountId": "123456789012",
  "eventCategory": "Management"
}`
