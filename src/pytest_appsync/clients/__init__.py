"""The door of this process: boto3 and aiobotocore clients, by way of botocore's events."""
