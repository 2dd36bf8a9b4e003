from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0002_article_audience')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DismissedGap',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('query', fields.CharField(unique=True, max_length=200)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'search_gaps_dismissed', 'app': 'models', 'pk_attr': 'id', 'table_description': "A search that finds nothing and is not going to: off the editors' list for as long as searches are kept."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SearchSynonym',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('terms', fields.TextField(unique=False)),
                ('one_way', fields.BooleanField(default=False, db_default=False)),
                ('language', fields.CharField(default='', db_default='', max_length=8)),
                ('edits', fields.IntField(default=0, db_default=0)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'search_synonyms', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Words and phrases that mean the same, one a line; one way: who searches the first finds the others, too.'},
            bases=['Model'],
        ),
    ]
