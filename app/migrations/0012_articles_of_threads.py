from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0011_limit_counts')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Thread',
            index=Index(fields=['article_id']),
        ),
    ]
